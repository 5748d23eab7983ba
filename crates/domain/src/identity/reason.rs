//! Why a token is refused: one code, sentence and mend a cause. For the merchant, never for the public.

use serde::{Serialize, Serializer};

/// Makes the enum and its one table, so that no reason can lack a line of it.
macro_rules! reasons {
    ($($name:ident = $exit:literal, $code:literal: $message:literal $remedy:literal)*) => {
        /// Why a token is refused.
        ///
        /// Each has a code that never changes, a sentence, a mend, and the exit code of `zipchat token inspect`:
        ///
        /// | exit | code | |
        /// | --- | --- | --- |
        $(#[doc = concat!("| ", $exit, " | `", $code, "` | ", $message, " |")])*
        ///
        /// Source: semantics, section 8.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason {
            $(#[doc = $message] $name,)*
        }

        impl Reason {
            /// All reasons, in the order of their exit codes.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its code, which never changes.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// What is wrong, in a sentence.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Self::$name => $message),* }
            }

            /// How to mend it, in a sentence.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$name => $remedy),* }
            }

            /// The exit code of `zipchat token inspect`: 10 or more, different for each.
            #[must_use]
            pub const fn exit_code(self) -> u8 {
                match self { $(Self::$name => $exit),* }
            }
        }
    };
}

reasons! {
    Malformed = 10, "malformed":
        "The text is not a signed token: three parts of base64url, joined by dots."
        "Pass the token exactly as your JWT library returns it, in compact form."
    BearerPrefix = 11, "bearer_prefix":
        "The token begins with \"Bearer \"."
        "Pass the token alone, without \"Bearer \"."
    Quoted = 12, "quoted":
        "There are quotes around the token."
        "Pass the token alone; parse the JSON of your endpoint's answer before you use it."
    WhiteSpace = 13, "white_space":
        "There is white space in the token, or a line break after it."
        "Trim the token, and check that nothing wraps it into lines."
    Truncated = 14, "truncated":
        "The token is cut off: its signature is missing or too short."
        "Check what shortens it on the way: a column, a cookie or a template with a limit, or a copy by hand."
    TooLong = 15, "too_long":
        "The token has more than 16384 bytes."
        "Put less into additional_attributes."
    HeaderMalformed = 16, "header_malformed":
        "The token's header is not a JSON object of at most 2 KiB with at most 16 plain values."
        "Let your JWT library write the header; add nothing but kid."
    HeaderMemberNotAllowed = 17, "header_member_not_allowed":
        "The token's header has a member that is not accepted."
        "Remove crit, b64, zip, enc, cty, jwk, jku, x5u, x5c, x5t and x5t#S256 from the header."
    WrongAlgorithm = 18, "wrong_algorithm":
        "The token is not signed with RS256."
        "Sign with the algorithm RS256 and your private key."
    AlgorithmNone = 19, "algorithm_none":
        "The token is not signed: its algorithm is none."
        "Sign with the algorithm RS256 and your private key."
    Hs256WithPublicKey = 20, "hs256_with_public_key":
        "The token is signed with HS256, and with the public key as the secret."
        "Sign with the algorithm RS256 and the private key; the public key is known to everybody."
    WrongType = 21, "wrong_type":
        "The header's typ is not JWT."
        "Leave typ out, or set it to JWT."
    KidInvalid = 22, "kid_invalid":
        "The header's kid is not a string of 1 to 128 characters."
        "Leave kid out, or set it to the key's name as the dashboard shows it."
    WrongKey = 23, "wrong_key":
        "The signature is not from a key of this chat."
        "Sign with the private key that was shown when identification was activated for this chat."
    AnotherChatsKey = 24, "another_chats_key":
        "The signature is from the key of another chat."
        "Use this chat's own key, or the other chat's install snippet."
    RetiredKey = 25, "retired_key":
        "The signature is from a key that was retired, and its grace time is over."
        "Sign with this chat's active key."
    RevokedKey = 26, "revoked_key":
        "The signature is from a key that was revoked."
        "Sign with this chat's active key, and find out what still has the old one."
    PayloadMalformed = 27, "payload_malformed":
        "The token's payload is not a JSON object."
        "Give your JWT library the claims as one object, in UTF-8, without characters such as \\u0000."
    PayloadTooLarge = 28, "payload_too_large":
        "The token's payload has more than 64 members, or is nested more than 6 levels deep."
        "Put only what is needed into the token."
    DuplicateMember = 29, "duplicate_member":
        "A member comes twice in one JSON object."
        "Send each member once."
    ExpMissing = 30, "exp_missing":
        "The token does not say when it expires."
        "Add exp, in seconds since 1970, for example one hour from now."
    IatMissing = 31, "iat_missing":
        "The token does not say when it was issued."
        "Add iat, the time now in seconds since 1970."
    TimeWrongType = 32, "time_wrong_type":
        "A time of the token is not a number of seconds since 1970."
        "Write exp, iat and nbf as JSON numbers, without quotes."
    Milliseconds = 33, "milliseconds":
        "A time of the token is in milliseconds instead of seconds."
        "Divide by 1000: exp, iat and nbf are seconds since 1970."
    Expired = 34, "expired":
        "The token has expired."
        "Make a new token for each page, or before each call of identify; check the clock of the server that signs."
    NotYetValid = 35, "not_yet_valid":
        "The token is not valid yet: its nbf is in the future."
        "Leave nbf out, or set it to the time now; check the clock of the server that signs."
    IssuedInFuture = 36, "issued_in_future":
        "The token was issued in the future."
        "Set iat to the time now; check the clock of the server that signs."
    TimesOutOfOrder = 37, "times_out_of_order":
        "The token expires before it was issued, or before it becomes valid."
        "Set exp to a time after iat and nbf."
    LifetimeTooLong = 38, "lifetime_too_long":
        "The token is valid for longer than this chat allows."
        "Set exp nearer to iat; one hour is usual."
    IssuedBeforeFloor = 39, "issued_before_floor":
        "The token was issued before the time from which this chat accepts tokens."
        "Make a new token, or change the chat's identification.not_before."
    EmailMissing = 40, "email_missing":
        "The token has no email."
        "Add email, as a string, for a customer who is signed in; do not identify anybody else."
    EmailMalformed = 41, "email_malformed":
        "The token's email is not an email address."
        "Send the customer's address alone, without a name, a comment or quotes."
    NameInvalid = 42, "name_invalid":
        "A name of the token is not a string of at most 200 characters without controls."
        "Send first_name and last_name as plain strings, or leave them out."
    AttributesWrongType = 43, "attributes_wrong_type":
        "The additional attributes are not a JSON object, or have an empty key or a number that cannot be kept whole."
        "Send an object, not a string or a list; send long numbers as strings."
    AttributesTooLarge = 44, "attributes_too_large":
        "The additional attributes are too large."
        "Keep to 8 KiB, 50 keys an object, 200 values, keys of 64 and strings of 2048 characters."
    AttributesTooDeep = 45, "attributes_too_deep":
        "The additional attributes are nested more than 4 levels deep."
        "Send a flatter object."
    SubjectInvalid = 46, "subject_invalid":
        "The token's sub is not a string of 1 to 255 characters."
        "Send the customer's id as a string, or leave sub out."
    IssuerInvalid = 47, "issuer_invalid":
        "The token's iss is not a string of 1 to 255 characters."
        "Send a string, or leave iss out."
    TokenIdInvalid = 48, "token_id_invalid":
        "The token's jti is not a string of 1 to 255 characters."
        "Send a string, or leave jti out."
    AudienceInvalid = 49, "audience_invalid":
        "The token's aud is neither a string nor a list of strings."
        "Send the widget token as a string, or leave aud out."
    AudienceMismatch = 50, "audience_mismatch":
        "The token is for another audience."
        "Set aud to this chat's widget token or to its identification.audience, or leave it out."
    Replayed = 51, "replayed":
        "The token was already used by another visitor, and this chat refuses that."
        "Make a new token for each page, and keep pages with tokens out of shared caches."
    CustomerRevoked = 52, "customer_revoked":
        "This customer was revoked after the token was issued."
        "Make a new token after the customer signed in again."
    NotActive = 53, "not_active":
        "Customer identification is not active for this chat."
        "Activate it on the chat's Integrations page."
    ShopifyChat = 54, "shopify_chat":
        "The chat is for a Shopify store, which has a customer identification of its own."
        "Use Shopify's, or make a chat for another platform."
}

impl Reason {
    /// What a verification says of a token whose diagnosis is this: it stops before it would look at keys that no longer verify.
    #[must_use]
    pub const fn at_first_sight(self) -> Self {
        match self {
            Self::AnotherChatsKey | Self::RetiredKey | Self::RevokedKey => Self::WrongKey,
            Self::Hs256WithPublicKey => Self::WrongAlgorithm,
            other => other,
        }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message())
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// Why a token is refused, and as far as it can be told, by how much.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct VerifyError {
    /// Why.
    pub reason: Reason,
    /// What exactly is wrong. For the merchant: it may quote the token's header and times, never who the customer is.
    pub detail: Option<String>,
}

impl VerifyError {
    pub(super) fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self { reason, detail: Some(detail.into()) }
    }
}

impl From<Reason> for VerifyError {
    fn from(reason: Reason) -> Self {
        Self { reason, detail: None }
    }
}
