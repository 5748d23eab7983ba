//! Needs `cargo add jsonwebtoken --features aws_lc_rs` and `cargo add serde_json`.

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::json;

pub struct Customer {
    pub id: u64,
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub plan: Option<String>,
}

/// `customer` is who your session says is signed in, never what a request claims.
pub fn zipchat_token(customer: &Customer) -> Result<String, Box<dyn Error>> {
    // Where the environment keeps a line break as "\n", it is put back.
    let pem = std::env::var("ZIPCHAT_PRIVATE_KEY")?.replace("\\n", "\n");
    let key = EncodingKey::from_rsa_pem(pem.as_bytes())?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let claims = json!({
        "email": customer.email,
        "sub": customer.id.to_string(), // stays the same when the email changes
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "additional_attributes": { "plan": customer.plan },
        "aud": "YOUR_WIDGET_TOKEN",
        "iat": now,
        "exp": now + 3600,
    });
    let header = Header { kid: Some("YOUR_KEY_ID".to_owned()), ..Header::new(Algorithm::RS256) };
    Ok(encode(&header, &claims, &key)?)
}
