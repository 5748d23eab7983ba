//! The code that the dashboard gives to merchants, run as it is given: its tokens are accepted. `cargo xtask test` installs what runs it.
//! The C# sample is not among them: Debian has no .NET.

use std::path::{Path, PathBuf};

use domain::identity::key::NamedKey;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::{TestChat, TestServer};

const SAMPLES: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/dashboard/src/identification/samples");
const WEB: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web");

/// A sample in a language, with the little that calls it and prints the token.
struct Tried {
    language: &'static str,
    /// The sample's file, and where it is put.
    sample: (&'static str, &'static str),
    /// What else is there.
    files: &'static [(&'static str, &'static str)],
    /// What is run, one after the other; the last one prints the token.
    runs: &'static [&'static [&'static str]],
    /// The program that may be elsewhere: its name here, and the variable that says where.
    program: (&'static str, &'static str),
    /// Where this variable is set, it must be there.
    required_by: &'static str,
}

const TRIED: &[Tried] = &[
    Tried {
        language: "Ruby",
        sample: ("zipchat_token.rb", "zipchat_token.rb"),
        files: &[(
            "main.rb",
            "require './zipchat_token'\n\
             Customer = Struct.new(:id, :email, :first_name, :last_name, :plan)\n\
             print zipchat_token(Customer.new(7, 'ada@shop.example', 'Ada \"A\"', nil, 'gold'))\n",
        )],
        runs: &[&["ruby", "main.rb"]],
        program: ("ruby", "TEST_RUBY"),
        required_by: "TEST_INTEROP",
    },
    Tried {
        language: "Node.js",
        sample: ("zipchat-token.mjs", "zipchat-token.mjs"),
        files: &[(
            "main.mjs",
            "import { zipchatToken } from './zipchat-token.mjs';\n\
             const customer = { id: 7, email: 'ada@shop.example', firstName: 'Ada \"A\"', plan: 'gold' };\n\
             process.stdout.write(zipchatToken(customer));\n",
        )],
        runs: &[&["node", "main.mjs"]],
        program: ("node", "TEST_NODE"),
        required_by: "TEST_INTEROP",
    },
    Tried {
        language: "Python",
        sample: ("zipchat_token.py", "zipchat_token.py"),
        files: &[(
            "main.py",
            "from types import SimpleNamespace as Customer\n\
             from zipchat_token import zipchat_token\n\
             customer = Customer(id=7, email='ada@shop.example', first_name='Ada \"A\"', last_name=None, plan='gold')\n\
             print(zipchat_token(customer), end='')\n",
        )],
        runs: &[&["python3", "main.py"]],
        program: ("python3", "TEST_PYTHON"),
        required_by: "TEST_INTEROP",
    },
    Tried {
        language: "PHP",
        sample: ("zipchat_token.php", "zipchat_token.php"),
        files: &[(
            "main.php",
            "<?php require './zipchat_token.php';\n\
             echo zipchat_token((object) ['id' => 7, 'email' => 'ada@shop.example', 'firstName' => 'Ada \"A\"',\n\
                 'lastName' => null, 'plan' => 'gold']);\n",
        )],
        runs: &[&["php", "main.php"]],
        program: ("php", "TEST_PHP"),
        required_by: "TEST_INTEROP",
    },
    Tried {
        language: "Go",
        sample: ("zipchat_token.go", "shop/zipchat_token.go"),
        files: &[
            ("go.mod", "module example\n\ngo 1.18\n"),
            (
                "main.go",
                "package main\n\nimport (\n\t\"example/shop\"\n\t\"fmt\"\n)\n\nfunc main() {\n\
                 \ttoken, err := shop.ZipchatToken(shop.Customer{ID: 7, Email: \"ada@shop.example\", FirstName: \"Ada \\\"A\\\"\", Plan: \"gold\"})\n\
                 \tif err != nil {\n\t\tpanic(err)\n\t}\n\tfmt.Print(token)\n}\n",
            ),
        ],
        runs: &[&["go", "run", "."]],
        program: ("go", "TEST_GO"),
        required_by: "TEST_GO",
    },
    Tried {
        language: "Java",
        sample: ("ZipchatToken.java", "ZipchatToken.java"),
        files: &[(
            "Main.java",
            "public class Main {\n  public static void main(String[] args) throws Exception {\n\
             System.out.print(ZipchatToken.sign(new ZipchatToken.Customer(7, \"ada@shop.example\", \"Ada \\\"A\\\"\", null, \"gold\")));\n  }\n}\n",
        )],
        runs: &[&["javac", "Main.java", "ZipchatToken.java"], &["java", "Main"]],
        program: ("javac", "TEST_JAVAC"),
        required_by: "TEST_JAVAC",
    },
];

/// The key that signs, as an environment file has it: on one line.
const KEY: &str = "ZIPCHAT_PRIVATE_KEY";

fn on_one_line(chat: &TestChat<'_>) -> String {
    let pem = chat.key.as_ref().unwrap().private_key_pem().unwrap();
    pem.reveal().replace('\n', "\\n")
}

/// A sample as the dashboard fills it in for this chat.
fn filled_in(sample: &str, chat: &TestChat<'_>) -> String {
    let text = std::fs::read_to_string(Path::new(SAMPLES).join(sample)).unwrap();
    assert!(text.contains("YOUR_WIDGET_TOKEN") && text.contains("YOUR_KEY_ID"), "{sample}");
    let NamedKey { kid, .. } = chat.key.as_ref().unwrap().public_key().clone().into();
    text.replace("YOUR_WIDGET_TOKEN", chat.chat.widget_token.as_str())
        .replace("YOUR_KEY_ID", kid.as_str())
}

/// The token that a sample makes; `None` where what runs it is not there.
async fn token_of(tried: &Tried, chat: &TestChat<'_>) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path: PathBuf = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    put(tried.sample.1, &filled_in(tried.sample.0, chat));
    for (name, text) in tried.files {
        put(name, text);
    }
    std::os::unix::fs::symlink(
        Path::new(WEB).join("node_modules"),
        folder.path().join("node_modules"),
    )
    .unwrap();
    let mut printed = None;
    for run in tried.runs {
        let named = std::env::var(tried.program.1).ok().filter(|_| run[0] == tried.program.0);
        let output = Command::new(named.as_deref().unwrap_or(run[0]))
            .args(&run[1..])
            .current_dir(folder.path())
            .env(KEY, on_one_line(chat))
            .env("GOCACHE", folder.path().join("go-cache"))
            .env("GOFLAGS", "-mod=mod")
            .output()
            .await;
        let required = std::env::var_os(tried.required_by).is_some();
        let Ok(output) = output else {
            assert!(!required, "{} needs {}", tried.language, run[0]);
            return None;
        };
        let complaint = String::from_utf8_lossy(&output.stderr);
        // Without the variable, a library that the sample names may be missing.
        assert!(output.status.success() || !required, "{}: {complaint}", tried.language);
        if !output.status.success() {
            return None;
        }
        printed = Some(String::from_utf8(output.stdout).unwrap());
    }
    printed
}

async fn is_accepted(language: &str, chat: &TestChat<'_>, jwt: &str) {
    let mut browser = chat.visitor();
    assert!(browser.identify(jwt).await, "{language}: {jwt}");
    let visitor = browser.conversation().await["visitor"].clone();
    let expected =
        json!({ "verified": true, "email": "ada@shop.example", "first_name": "Ada \"A\"" });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&visitor[name], value, "{language}: {name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_the_samples_sign_are_accepted() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let mut count = 0;
    for tried in TRIED {
        match token_of(tried, &chat).await {
            Some(jwt) => {
                is_accepted(tried.language, &chat, &jwt).await;
                count += 1;
            }
            None => eprintln!("not tried, since what runs it is not installed: {}", tried.language),
        }
    }
    assert!(count > 0, "none of the samples could be run");
}

#[expect(
    unreachable_pub,
    clippy::disallowed_methods,
    reason = "a merchant's program, not a part of ours: it reads the clock where it is"
)]
#[path = "../../../../web/dashboard/src/identification/samples/zipchat_token.rs"]
mod zipchat_token;

/// Where the process that runs the sample leaves the token.
const LEFT_IN: &str = "TEST_SAMPLE_TOKEN_FILE";

/// Run by the test below, in a process that has the key in its environment.
#[test]
#[ignore = "a part of the test after it"]
fn the_rust_sample_signs() {
    let customer = zipchat_token::Customer {
        id: 7,
        email: "ada@shop.example".to_owned(),
        first_name: Some("Ada \"A\"".to_owned()),
        last_name: None,
        plan: Some("gold".to_owned()),
    };
    let token = zipchat_token::zipchat_token(&customer).unwrap();
    std::fs::write(std::env::var_os(LEFT_IN).unwrap(), token).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_rust_sample_signs_is_accepted() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    // It is compiled in as it stands in the file, with the marks that the dashboard fills in.
    chat.set("identification.audience", Value::from("YOUR_WIDGET_TOKEN")).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "samples::the_rust_sample_signs"])
        .env(KEY, on_one_line(&chat))
        .env(LEFT_IN, &file)
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    is_accepted("Rust", &chat, &std::fs::read_to_string(file).unwrap()).await;
}
