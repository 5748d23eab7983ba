//! The built-in assistant: no model, no network. It knows who it is talking to and what it cannot do, and says both.

use domain::conversation::Author;

use crate::assistant::Prompt;

/// What a message is about, as far as the built-in assistant can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Greeting,
    Thanks,
    WhoAmI,
    Order,
    Person,
    Abilities,
    Other,
}

/// Answers the last message of `prompt`, in Markdown.
pub(crate) fn answer(prompt: &Prompt) -> String {
    let text = prompt.messages.last().map_or("", |message| message.text.as_str());
    let is_first = !prompt.messages.iter().any(|message| message.author == Author::Assistant);
    let subject = subject(text);
    let body = match subject {
        Subject::Greeting => "How can I help you?".to_owned(),
        Subject::Thanks => "You are welcome! Is there anything else?".to_owned(),
        Subject::WhoAmI => who_am_i(prompt),
        Subject::Order => order(prompt),
        Subject::Person => person(prompt),
        Subject::Abilities => abilities(prompt),
        Subject::Other => format!("I am sorry, that is beyond me.\n\n{}", abilities(prompt)),
    };
    match greeting(prompt) {
        greeting if is_first || subject == Subject::Greeting => format!("{greeting} {body}"),
        _ => body,
    }
}

fn subject(text: &str) -> Subject {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
    let text = words.join(" ");
    let says = |any: &[&str]| any.iter().any(|phrase| text.contains(phrase));
    if has(&["order", "orders", "parcel", "package", "delivery", "shipment", "tracking"]) {
        Subject::Order
    } else if says(&[
        "who am i",
        "who i am",
        "know me",
        "my name",
        "my email",
        "signed in",
        "logged in",
    ]) {
        Subject::WhoAmI
    } else if has(&["human", "person", "agent", "operator", "staff", "someone"]) {
        Subject::Person
    } else if has(&["help", "can", "what"]) && says(&["what can", "can you", "help", "what do you"])
    {
        Subject::Abilities
    } else if has(&["thanks", "thank", "thx", "cheers"]) {
        Subject::Thanks
    } else if has(&["hello", "hi", "hey", "morning", "evening", "afternoon", "greetings"]) {
        Subject::Greeting
    } else {
        Subject::Other
    }
}

/// Names come from the shop, but they are text all the same: none may bring markup or a second line with it.
fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii_punctuation() && !matches!(c, '\'' | '.' | ',' | '-' | '@') {
            plain.push('\\');
        }
        plain.push(if c.is_whitespace() { ' ' } else { c });
    }
    plain
}

fn greeting(prompt: &Prompt) -> String {
    let name = prompt.customer.as_ref().and_then(|customer| {
        customer
            .first_name
            .as_ref()
            .or(customer.last_name.as_ref())
            .map(|name| plain(name.as_str()))
    });
    name.map_or_else(|| "Hello!".to_owned(), |name| format!("Hello {name}!"))
}

fn who_am_i(prompt: &Prompt) -> String {
    match &prompt.customer {
        Some(customer) => {
            let name = customer
                .full_name()
                .map_or_else(String::new, |name| format!("**{}**, ", plain(&name)));
            format!("You are signed in as {name}{}.", plain(customer.email.signed()))
        }
        None => "I do not know who you are: you are not signed in to the shop in this browser. \
                 Once you sign in there, I will recognise you here."
            .to_owned(),
    }
}

fn order(prompt: &Prompt) -> String {
    match &prompt.customer {
        Some(_) => "I know who you are, so there is no need to send me your email. \
                    Looking orders up is not among the things that I can do in this shop yet; \
                    your orders are listed in your account on this website."
            .to_owned(),
        None => "I cannot look orders up in this shop yet. \
                 When you sign in, your orders are listed in your account on this website."
            .to_owned(),
    }
}

fn person(prompt: &Prompt) -> String {
    format!(
        "I cannot call anybody to this chat, but what you write here is kept, and the people of {} can read it.",
        plain(&prompt.chat_name)
    )
}

fn abilities(prompt: &Prompt) -> String {
    let who = match &prompt.customer {
        Some(_) => "I know that you are signed in, and as whom: ask me *who am I?*",
        None => "When you sign in to the shop, I recognise you without asking for your email",
    };
    format!(
        "I am a simple assistant, without a language model. What I can do:\n\n\
         - {who}\n\
         - What you write is kept for the people of {}, who can read it\n\n\
         I cannot look up orders or answer questions about products yet.",
        plain(&prompt.chat_name)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subject_of_a_message_is_found() {
        let check = |text: &str, expected: Subject| assert_eq!(subject(text), expected, "{text}");
        check("Hello!", Subject::Greeting);
        check("hi there", Subject::Greeting);
        check("Where is my order 1001?", Subject::Order);
        check("Hi, where is my parcel", Subject::Order);
        check("Who am I?", Subject::WhoAmI);
        check("Do you know me?", Subject::WhoAmI);
        check("Do you know who I am?", Subject::WhoAmI);
        check("I want to talk to a human", Subject::Person);
        check("What can you do?", Subject::Abilities);
        check("Thank you", Subject::Thanks);
        check("Tell me a story about which tea is best", Subject::Other);
        check("", Subject::Other);
    }

    #[test]
    fn a_name_brings_no_markup_with_it() {
        assert_eq!(
            plain("Ada [x](https://shop.example) **b**\n# c"),
            "Ada \\[x\\]\\(https\\:\\/\\/shop.example\\) \\*\\*b\\*\\* \\# c"
        );
        assert_eq!(plain("O'Neil-Smith Jr."), "O'Neil-Smith Jr.");
    }
}
