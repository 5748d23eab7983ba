//! Tokens made by other people's libraries are accepted. `cargo xtask test` installs them and sets `TEST_INTEROP`.

use std::path::Path;
use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::support::TestServer;

const NPM_JSONWEBTOKEN: &str = r"
import jwt from 'jsonwebtoken'; import { readFileSync } from 'node:fs';
const now = Math.floor(Date.now() / 1000);
const payload = { email: 'ada@shop.example', first_name: 'Ada', additional_attributes: { userId: 7, subscriptionTier: 'gold' }, iat: now, exp: now + 3600 };
process.stdout.write(jwt.sign(payload, readFileSync(0, 'utf8'), { algorithm: 'RS256' }));";

const NPM_JOSE: &str = r"
import { SignJWT, importPKCS8 } from 'jose'; import { readFileSync } from 'node:fs';
const key = await importPKCS8(readFileSync(0, 'utf8'), 'RS256');
const jwt = await new SignJWT({ email: 'ada@shop.example', last_name: 'Lovelace' })
  .setProtectedHeader({ alg: 'RS256' }).setIssuedAt().setExpirationTime('1h').sign(key);
process.stdout.write(jwt);";

const PYJWT: &str = r"
import jwt, sys, time
now = int(time.time())
payload = {'email': 'ada@shop.example', 'additional_attributes': {'user_id': 7}, 'iat': now, 'exp': now + 3600}
sys.stdout.write(jwt.encode(payload, sys.stdin.read(), algorithm='RS256'))";

const RUBY_JWT: &str = r"
require 'jwt'; require 'openssl'
key = OpenSSL::PKey::RSA.new($stdin.read)
payload = { email: 'ada@shop.example', first_name: nil, additional_attributes: { user_id: 7 }, iat: Time.now.to_i, exp: Time.now.to_i + 3600 }
print JWT.encode(payload, key, 'RS256')";

/// A token that `program` makes of the key on its standard input; `None` where the program is not to be had.
async fn made_by(program: &str, arguments: &[&str], key: &str) -> Option<String> {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web");
    let child = Command::new(program)
        .args(arguments)
        .current_dir(web)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let required = std::env::var_os("TEST_INTEROP").is_some();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            assert!(!required, "{program}: {error}");
            return None;
        }
    };
    child.stdin.take().unwrap().write_all(key.as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() || !required, "{program}: {complaint}");
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_stock_libraries_are_accepted() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let key = chat.key.as_ref().unwrap().private_key_pem().unwrap();
    let python = std::env::var("TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let ruby = std::env::var("TEST_RUBY").unwrap_or_else(|_| "ruby".to_owned());
    let makers: [(&str, &[&str]); 4] = [
        ("node", &["--input-type=module", "-e", NPM_JSONWEBTOKEN]),
        ("node", &["--input-type=module", "-e", NPM_JOSE]),
        (&python, &["-c", PYJWT]),
        (&ruby, &["-e", RUBY_JWT]),
    ];
    for (program, arguments) in makers {
        match made_by(program, arguments, key.reveal()).await {
            Some(jwt) => assert!(chat.visitor().identify(&jwt).await, "{program} {arguments:?}"),
            None => {
                eprintln!("not tried, since it is not installed: {program} {:?}", arguments.last());
            }
        }
    }
}
