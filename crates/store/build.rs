//! Cargo does not see on its own that a migration was added.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
