/**
 * The service's API, generated from docs/openapi.json: npm run types
 */

export interface paths {
    "/api/integrations/backend_api/v1/chats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The chat that the key belongs to. */
        get: operations["backend_chats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/backend_api/v1/chats/{chat_id}/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Conversations of the chat, newest first. */
        get: operations["backend_conversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/backend_api/v1/chats/{chat_id}/conversations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One conversation, with a page of its messages, oldest first. */
        get: operations["backend_conversation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/backend_api/v1/chats/{chat_id}/conversations/{id}/assignment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Gives a conversation to an operator, or back to the assistant. A reply that is being written ends, and nothing of it is posted. */
        patch: operations["backend_assign"];
        trace?: never;
    };
    "/api/integrations/backend_api/v1/chats/{chat_id}/conversations/{id}/escalation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Asks for a person, or says that this is settled. Either again changes nothing. */
        patch: operations["backend_escalate"];
        trace?: never;
    };
    "/api/integrations/backend_api/v1/chats/{chat_id}/conversations/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Writes in the assistant's place. */
        post: operations["backend_answer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/backend_api/v1/chats/{chat_id}/customers/erasures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Erases a customer with all that is kept of them. Of an email that several customers have, nobody is meant. */
        post: operations["backend_erase_customer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/backend_api/v1/chats/{chat_id}/customers/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** All that is kept of a customer, to be handed to them. Of an email that several customers have, nobody is meant. */
        post: operations["backend_export_customer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/backend_api/v1/chats/{chat_id}/customers/revocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs a customer out on every device; tokens issued before are refused. Of an email that several customers have, all are meant. */
        post: operations["backend_revoke_customer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/backend_api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The people of the key's account: who can answer. */
        get: operations["backend_users"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/backend_api/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of the people of the key's account. */
        get: operations["backend_user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/zapier/create_endpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has new leads posted to an address. The same one again changes nothing. */
        post: operations["zapier_create_endpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/zapier/destroy_endpoint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The same, for programs that cannot send a body with `DELETE`. */
        post: operations["zapier_destroy_endpoint_by_post"];
        /** Has nothing more posted to an address. One that is not there is no failure. */
        delete: operations["zapier_destroy_endpoint"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/integrations/zapier/test_connection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Says whether the key is right. */
        get: operations["zapier_test_connection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the service offers to programs: this description. */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what in the account, the newest first, 50 on a page. For owners and editors. */
        get: operations["list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as CSV, the newest 10,000. */
        get: operations["export_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The chats of the operator's account. */
        get: operations["list_chats"];
        put?: never;
        /** Makes a chat in the operator's account. For owners and editors. */
        post: operations["create_chat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One chat. */
        get: operations["show_chat"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Gives a chat another name; its customers see it. */
        patch: operations["rename_chat"];
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/alerts/dismissals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forgets alerts of a kind until they are reported again. */
        post: operations["dismiss_alerts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What went on in a chat over a time: hour by hour up to 72 hours, day by day up to 400 days, and how that was in the time before. */
        get: operations["show_analytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/analytics.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as a table for spreadsheets: a line for each step. */
        get: operations["download_analytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/api_keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The API keys of a chat. */
        get: operations["list_api_keys"];
        put?: never;
        /** Makes an API key. */
        post: operations["add_api_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/api_keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes an API key away: the next call with it is refused. One that is gone already is no failure. */
        delete: operations["revoke_api_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/appearance/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The widget with settings that are not saved: what its loader and its chat are given. */
        post: operations["preview_appearance"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/assistant": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who answers in a chat, and how that goes. */
        get: operations["show_assistant"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/assistant/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Talks to the assistant as a visitor or as a customer. Nothing is kept, nobody is counted, and no person is called. */
        post: operations["test_assistant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/colleagues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who can answer in the chat's conversations. */
        get: operations["list_colleagues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A chat's conversations, newest first. */
        get: operations["list_conversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/conversations/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tells when something in a chat's list of conversations changed. */
        get: operations["follow_conversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/conversations/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Searches a chat's conversations: in the 500 messages and of the 500 people that have the words and changed last. What was written
         *     can be found within seconds.
         */
        post: operations["search_conversations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/conversations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One conversation. */
        get: operations["show_conversation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/conversations/{id}/assignment": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Gives a conversation to an operator, or back to the assistant. A reply that is being written ends, and nothing of it is posted. */
        put: operations["assign_conversation"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/conversations/{id}/escalation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Asks for a person, or says that this is settled. Either again changes nothing. */
        put: operations["escalate_conversation"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/conversations/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What goes on in a conversation, as it goes on. */
        get: operations["follow_conversation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/conversations/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Writes in the assistant's place, under the operator's own name. */
        post: operations["answer_conversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/conversations/{id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Writes for the chat's other people. Visitors and assistants never see it. */
        post: operations["note_conversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/conversations/{id}/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Looks an order up for the customer of a conversation, by the signed email; or by the one that the visitor typed, and then says so. */
        post: operations["look_up_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/conversations/{id}/part": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes what was said before signing in away from the customer. It cannot be joined again. */
        post: operations["part_conversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/conversations/{id}/seen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Keeps that one of the chat's people has seen a conversation up to a message. It then is unseen for none of them. */
        put: operations["see_conversation"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/conversations/{id}/typing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tells the visitor that the operator is typing. Nothing is kept of it; say it again every few seconds. */
        post: operations["type_in_conversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A chat's contacts: customers, and visitors who typed who they are. */
        get: operations["list_customers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/customers/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Contacts as CSV, in UTF-8 with a byte-order mark: all that the filter shows, or that the search finds. A value that a table calculator
         *     would take for a formula has an apostrophe before it.
         */
        post: operations["export_customers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/customers/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Searches a chat's contacts: among the 1,000 that have the words and changed last. What is new can be found within seconds. */
        post: operations["search_customers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/customers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One customer. */
        get: operations["show_customer"];
        put?: never;
        post?: never;
        /** Erases a customer with all that is kept of them. It cannot be undone. */
        delete: operations["erase_customer"];
        options?: never;
        head?: never;
        /** Enters what the tokens do not say about a customer. What is signed is not replaced. */
        patch: operations["change_customer"];
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/customers/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All that is kept of a customer, to be handed to them. Tokens are not in it. */
        get: operations["export_customer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/customers/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs a customer out on every device; tokens issued before are refused. */
        post: operations["revoke_customer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/customers/{id}/shared_email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Says of the customers who have this one's email whether they are one person. It is a note for the chat's people: the customers stay
         *     apart, and share nothing. Only tokens with one id make them one.
         */
        put: operations["decide_shared_email"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/hooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where new leads of a chat are posted to. */
        get: operations["list_hooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/hooks/{hook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Has nothing more posted to an address. One that is gone already is no failure. */
        delete: operations["delete_hook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/identification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Customer identification in a chat, with its keys; members get no keys. */
        get: operations["show_identification"];
        put?: never;
        /** Makes a pair of keys, and accepts tokens signed with it from now on. */
        post: operations["activate_identification"];
        /** Refuses all tokens from now on, and ends every identity. The keys stay retired. */
        delete: operations["deactivate_identification"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/identification/forecast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What it would have meant in the last 24 hours if only verified customers might chat. */
        get: operations["forecast_enforcing"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/identification/inspections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says what is right and wrong with a token. It identifies nobody, and the token is not kept. */
        post: operations["inspect_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/identification/jwks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Fetches keys from an address from now on. The first time is now: what is wrong with it is said, and nothing is changed. */
        put: operations["set_jwks"];
        post?: never;
        /** Forgets the address. Its keys verify nothing from now on. */
        delete: operations["remove_jwks"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/identification/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accepts tokens signed with the private half of this key from now on. A private key is refused (`private_key`) and not kept. */
        post: operations["add_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/identification/keys/{kid}/keep": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a retirement back, while the key still verifies. */
        post: operations["keep_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/identification/keys/{kid}/reach": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What revoking a key would end. */
        get: operations["show_key_reach"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/identification/keys/{kid}/retire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a key verify for its grace time, and then no more. */
        post: operations["retire_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/identification/keys/{kid}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a key at once and for good, and every identity that it made. */
        post: operations["revoke_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/identification/mode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets who may chat. Open pages follow at once. */
        put: operations["set_identification_mode"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/identifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of the last identify calls, and the totals of 24 hours. */
        get: operations["list_identifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/identifications/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Identify calls as they are decided. */
        get: operations["follow_identifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/identifications/hours": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many identify calls were verified and refused in each of the last hours. */
        get: operations["count_identifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/integrations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the integrations of a chat do. */
        get: operations["show_integrations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The keys of a chat that verify tokens now, for anybody. */
        get: operations["jwks_json"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/knowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a chat's assistant may read up, and how far it was read. */
        get: operations["list_knowledge"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/knowledge/addresses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adds an address. What is there is read soon; how far it is, the list tells. */
        post: operations["add_knowledge_address"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/knowledge/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adds a file: PDF, Markdown, HTML or plain text, at most 10 MiB. The body is the file as it is. */
        post: operations["add_knowledge_file"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/knowledge/recrawl": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has all addresses read again. Pages that are as they were are only asked for; those that are gone go. */
        post: operations["recrawl_knowledge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/knowledge/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What the assistant would find for a question. */
        post: operations["search_knowledge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/knowledge/sources/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A source, and a page of its documents. */
        get: operations["show_knowledge_source"];
        put?: never;
        post?: never;
        /** Removes a source with all that was read there: from then on nothing of it is told. */
        delete: operations["remove_knowledge_source"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/knowledge/sources/{id}/recrawl": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has an address read again. */
        post: operations["recrawl_knowledge_source"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/knowledge/sources/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stops reading an address. What was read stays. */
        post: operations["stop_knowledge_source"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/knowledge/texts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adds a text. */
        post: operations["add_knowledge_text"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/orders/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Looks an order up at the chat's endpoint, as the assistant would for a customer with this email, and says what came of it. */
        post: operations["test_orders"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/origins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** From which websites pages called lately. */
        get: operations["list_origins"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/purchase_tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reads a purchase as the pixel's call does, and says what would be kept of it. Nothing is. */
        post: operations["test_purchase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/record/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Verifies the chat's record from its first entry to its last. */
        get: operations["verify_record"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a rule would delete now. */
        get: operations["show_retention"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All settings of a chat. */
        get: operations["show_settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Changes settings, all of them or none. Where orders are looked up, and with which secrets, asks for recent proof of who one is; a
         *     secret whose address moves to another host is forgotten, unless it is given anew.
         */
        patch: operations["change_settings"];
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/shared_emails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Customers who have one email and different ids: those about whom nothing was decided yet, or those about whom something was. */
        get: operations["list_shared_emails"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/site_checks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Fetches a page of the shop, and says whether the chat can work in it. */
        post: operations["check_site"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is told of what happens in a chat. */
        get: operations["list_webhooks"];
        put?: never;
        /** Has an address told of what happens from now on. */
        post: operations["add_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/webhooks/{webhook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a webhook and what waits for it. One that is gone already is no failure. */
        delete: operations["remove_webhook"];
        options?: never;
        head?: never;
        /** Changes a webhook. */
        patch: operations["change_webhook"];
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/webhooks/{webhook_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The last deliveries to a webhook. */
        get: operations["list_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a delivery that is over once more, within a second or so. */
        post: operations["redeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/webhooks/{webhook_id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a new secret. The one before signs nothing any more. */
        post: operations["renew_webhook_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/chats/{chat_id}/webhooks/{webhook_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sends a test event at once, and says what came of it. */
        post: operations["test_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who was asked to join, the newest first. */
        get: operations["list_invitations"];
        put?: never;
        /** Asks somebody to join. The link that lets in is in the answer, this once; it is mailed where there is a mail server. */
        post: operations["invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/acceptances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Joins by an invitation, and signs in. */
        post: operations["accept_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/lookup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** To what the token of an invitation lets in; 404 `invitation_invalid` where it does not. */
        post: operations["look_up_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Withdraws an invitation. One that is gone already is no failure. */
        delete: operations["withdraw_invitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/{id}/renewals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a new link for an invitation, and mails it again; the old one is worth nothing any more. */
        post: operations["renew_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The people of the account. */
        get: operations["list_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/second_factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets whether everybody in the account needs a second factor: who has none is asked to set one up before anything else. */
        put: operations["require_second_factor"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a member: their sessions end at once, and what they wrote stays. The last owner stays (409 `last_owner`). */
        delete: operations["remove_member"];
        options?: never;
        head?: never;
        /** Changes what a member may do. The last owner stays one (409 `last_owner`). */
        patch: operations["change_member"];
        trace?: never;
    };
    "/api/v1/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Sets a new password by a mailed link, and ends all sessions; 404 `link_invalid` where it was used or has lapsed. */
        put: operations["reset_password"];
        /** Changes one's own password, and ends all other sessions; 422 `wrong_password`. */
        post: operations["change_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/password/resets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mails a link to a new password, where somebody signs in with that email. The answer is the same for all, and comes before. */
        post: operations["request_password_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What one proves oneself with, and where one is signed in. */
        get: operations["show_security"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adds a passkey, which signs in by itself from then on; 422 `passkey_refused`. */
        post: operations["add_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security/passkeys/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begins with a passkey: what a browser makes it by. 409 `passkeys_need_a_name` where the service is called by a number,
         *     `too_many_passkeys` where there are 20.
         */
        post: operations["begin_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security/passkeys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Removes a passkey; 409 `second_factor_required` where the account asks for a second factor and it is the last. One that is gone
         *     already is no failure.
         */
        delete: operations["remove_passkey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security/recovery_codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes new recovery codes; the old ones are worth nothing any more. */
        post: operations["renew_recovery_codes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins with an authenticator app: 409 `already_there` where there is one. */
        post: operations["begin_totp"];
        /** Removes the authenticator app; 409 `second_factor_required` where the account asks for one and it is the last. */
        delete: operations["remove_totp"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/security/totp/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends what was begun, by a first code; 422 `wrong_code`. */
        post: operations["confirm_totp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in. */
        get: operations["show_session"];
        put?: never;
        /** Signs in: the session is a cookie. Whoever has a second factor is asked for it (202), and calls again with a `code`. */
        post: operations["sign_in"];
        /** Signs out. */
        delete: operations["sign_out"];
        options?: never;
        head?: never;
        /** Changes one's own name. */
        patch: operations["change_profile"];
        trace?: never;
    };
    "/api/v1/session/confirmation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Proves anew who one is, in the same session: for 15 minutes then, what asks for that goes. */
        post: operations["confirm_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs in by a passkey, which is proof enough by itself; 401 `wrong_passkey`. */
        post: operations["sign_in_by_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/passkey/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins to sign in by a passkey, or to prove anew who one is: what a browser asks for one by. */
        post: operations["begin_passkey_sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends all other sessions of one's own. */
        delete: operations["end_other_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends one of one's own sessions. One that is gone already is no failure. */
        delete: operations["end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process lives. */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts, for Prometheus. */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the service can read and write. */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/track_zipchat_purchase.js": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The script for the page of the shop that says thank you. It takes the chat's id from its own address, and is the same for all. */
        get: operations["purchase_script"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/v/{version}/zipchat.js": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same file for every chat, and for ever: for merchants who want integrity hashes. Its id comes from its own address. */
        get: operations["pinned_loader"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/zipchat.js": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The loader with a chat's configuration. */
        get: operations["loader"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/{widget_token}/conversation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The conversation that the visitor writes in. */
        get: operations["current_conversation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/{widget_token}/conversations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The visitor's own conversation and, for a verified customer, the earlier verified ones; newest first. */
        get: operations["conversations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/{widget_token}/conversations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One conversation that the visitor may read. */
        get: operations["conversation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/{widget_token}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happens in the visitor's conversation, as it happens. */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/{widget_token}/identify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ties the page's customer to its visitor, by a token that the merchant signed. */
        post: operations["identify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/{widget_token}/lead": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keeps what an unverified visitor says about itself: claimed, not verified. What is left out stays as it was typed before. */
        post: operations["lead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/{widget_token}/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the visitor's identity and every token of it. */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/{widget_token}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Writes a message. Its answer comes on the event stream. */
        post: operations["send"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/{widget_token}/new_conversation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins a new conversation: the browser becomes a new visitor, unverified until it is identified again. */
        post: operations["new_conversation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/{widget_token}/purchases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Counts a purchase once, and credits it to the visitor's conversation, if something was said there in the last 24 hours. A visitor
         *     token that was replaced or ended will do.
         */
        post: operations["purchase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/{widget_token}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keeps that the visitor has seen its messages up to this one; what was seen stays seen. */
        post: operations["read"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/{widget_token}/replies/{reply_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks for a failed reply again. */
        post: operations["retry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/{widget_token}/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reports that something is wrong with a page of the shop. The answer is the same whatever comes of it. */
        post: operations["report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/{widget_token}/typing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tells the people who look on that the visitor types. Nothing is kept of it; say it again every few seconds. */
        post: operations["typing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/widget/{widget_token}/words": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the chat says, as a module: in the first language of `for` that it speaks, or in the one that the merchant has fixed. */
        get: operations["words"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Who joins. */
        AcceptBody: {
            /** @description What customers see. */
            name: string;
            password: string;
            token: string;
        };
        /** @description An account. */
        AccountView: {
            id: string;
            name: string;
        };
        /** @description What key is wanted. */
        ActivateBody: {
            /**
             * Format: int32
             * @description 2048, 3072 or 4096; 2048 where it is not given.
             * @default null
             */
            bits: number | null;
        };
        /** @description A new pair of keys. The private one is shown this once and not kept. */
        ActivatedView: {
            fingerprint: string;
            kid: string;
            /** @description PEM, PKCS#8. */
            private_key: string;
            /** @description PEM, SPKI. */
            public_key: string;
        };
        /** @description A key that is wanted. */
        AddApiKeyBody: {
            /** @description `backend` or `zapier`. */
            integration: string;
            /** @description What people call it: at most 60 characters, or nothing. */
            name?: string;
        };
        /** @description A public key that the merchant brings. */
        AddKeyBody: {
            /** @description PEM (SPKI, PKCS#1 or a certificate) or a JWK, as tools write it. */
            public_key: string;
        };
        /** @description A webhook that is wanted. */
        AddWebhookBody: {
            /** @description `lead.created`, `customer.identified`, `conversation.created`, `conversation.escalated` or `purchase.created`. */
            events: string[];
            /** @description On the public internet, with https. */
            url: string;
        };
        /** @description A new key. It is shown this once, and only its hash is kept. */
        AddedApiKeyView: {
            api_key: string;
            key: components["schemas"]["ApiKeyView"];
        };
        /** @description A passkey that was added. */
        AddedPasskeyView: {
            passkey: components["schemas"]["PasskeyView"];
            /** @description Codes for when it is lost, each good once. They are shown this once; empty where there are codes already. */
            recovery_codes: string[];
        };
        /** @description A webhook, with the secret that signs what is sent. The secret is shown this once. */
        AddedWebhookView: {
            secret: string;
            webhook: components["schemas"]["WebhookView"];
        };
        /** @description Where keys are to be fetched from. */
        AddressBody: {
            /** @description The address of a JWK Set: `https`, and on the public internet. */
            url: string;
        };
        /** @description A page that something is wrong with. */
        AlertView: {
            /** Format: int64 */
            count: number;
            first_at: string;
            /** @description `private_key_in_page`. */
            kind: string;
            last_at: string;
            page: string;
        };
        /** @description The alerts that are left. */
        Alerts: {
            alerts: components["schemas"]["AlertView"][];
        };
        AlgorithmView: {
            /** Format: int64 */
            alg: number;
            type: string;
        };
        /** @description What went on in a chat. */
        AnalyticsView: {
            /** @description When the time before begins, that `before` counts; RFC 3339. */
            begins_before: string;
            /** @description When each step begins, and last when the last one ends; RFC 3339. */
            moments: string[];
            purchases: components["schemas"]["PurchasesView"][];
            series: components["schemas"]["SeriesView"][];
            /** @description `hour` or `day`. */
            step: string;
            /** @description The time zone whose days are meant. */
            zone: string;
        };
        /** @description What an operator writes. */
        AnswerBody: {
            /** @description The sender's own name for it, 1 to 90 printable ASCII characters: sending it again changes nothing. */
            client_id: string;
            /** @description 1 to 4,000 characters. */
            text: string;
        };
        /** @description A message that was kept. */
        AnsweredView: {
            message: components["schemas"]["MessageView"];
        };
        /** @description Who is to answer. */
        ApiAssignment: {
            /** @description An operator of the account; null gives the conversation back to the assistant. */
            assignee_id: string | null;
        };
        /** @description A conversation after a change. */
        ApiChanged: {
            conversation: components["schemas"]["ApiConversationBrief"];
        };
        /** @description A chat. */
        ApiChat: {
            created_at: string;
            id: string;
            name: string;
            platform: string;
            widget_token: string;
        };
        /** @description Chats. */
        ApiChats: {
            chats: components["schemas"]["ApiChat"][];
        };
        /** @description A conversation. */
        ApiConversation: {
            assignee: components["schemas"]["ApiUser"] | null;
            channel: string;
            chat_id: string;
            created_at: string;
            id: string;
            last_escalated_at: string | null;
            last_escalation_resolved_at: string | null;
            last_message_at: string;
            /** @description Whether a person answers in the assistant's place. */
            manual_reply_mode: boolean;
            /** @description The conversation in the dashboard. */
            share_url: string;
        };
        /** @description A conversation in a list. */
        ApiConversationBrief: components["schemas"]["ApiConversation"] & {
            lead: components["schemas"]["ApiLead"] | null;
        };
        /** @description A conversation. */
        ApiConversationDetail: {
            conversation: components["schemas"]["ApiThread"];
        };
        /** @description A page of conversations. */
        ApiConversations: {
            conversations: components["schemas"]["ApiConversationBrief"][];
            meta: components["schemas"]["PageMeta"];
        };
        /** @description What becomes of the question for a person. */
        ApiEscalation: {
            /** @description Why a person is asked for; of a long one the first 300 characters are kept. */
            reason?: string | null;
            /** @description True: it is settled. False, or nothing: a person is asked for. */
            resolved?: boolean | null;
        };
        /** @description A key of a merchant's program. The key itself is shown once, where it is made. */
        ApiKeyView: {
            created_at: string;
            id: string;
            /** @description `backend` or `zapier`. */
            integration: string;
            /** @description When it was used last, to the minute. */
            last_used_at: string | null;
            /** @description What people call it; empty where it has no name. */
            name: string;
        };
        /** @description The keys. */
        ApiKeysView: {
            api_keys: components["schemas"]["ApiKeyView"][];
        };
        /** @description A lead in a list of conversations. */
        ApiLead: {
            email: string;
            email_marketing_consent: boolean;
            full_name: string | null;
            id: string;
            phone_number: string | null;
        };
        /** @description A lead with everything known. */
        ApiLeadDetail: components["schemas"]["ApiLead"] & {
            additional_attributes: Record<string, unknown>;
            first_name: string | null;
            identified_at: string | null;
            last_name: string | null;
            /** @description Whether the merchant's key vouched for this customer in this chat; what an unverified visitor typed is claimed only. */
            verified: boolean;
        };
        /** @description An item of an order. */
        ApiLineItem: {
            id: string;
            /** Format: double */
            price: number;
            /** Format: double */
            quantity: number;
            title: string;
        };
        /** @description A message. */
        ApiMessage: {
            created_at: string;
            id: string;
            /** @description Whether a person wrote it in the assistant's place. */
            manual_reply: boolean;
            message: string;
            /** @description `user` for the visitor, `assistant` for the chat's side. */
            role: string;
            sender_id: string | null;
            status: string;
        };
        /** @description A message that was kept. */
        ApiMessageAnswer: {
            message: components["schemas"]["ApiMessage"];
        };
        /** @description What a person writes. */
        ApiNewMessage: {
            /** @description 1 to 4,000 characters. */
            message: string;
            /** @description An operator of the account: the customer sees their name. */
            sender_id: string;
        };
        /** @description A purchase that is credited to a conversation. It is what a page of the shop told; nobody vouches for it. */
        ApiPurchase: {
            created_at: string;
            currency: string;
            line_items: components["schemas"]["ApiLineItem"][];
            order_id: string;
            /** Format: double */
            order_total: number;
        };
        /** @description How many identities ended. */
        ApiRevoked: {
            revoked: number;
        };
        /** @description A conversation with its messages. */
        ApiThread: components["schemas"]["ApiConversation"] & {
            lead: components["schemas"]["ApiLeadDetail"] | null;
            messages: components["schemas"]["ApiMessage"][];
            /** @description What was bought after the conversation. */
            purchases: components["schemas"]["ApiPurchase"][];
        };
        /** @description A person of the account. */
        ApiUser: {
            email: string;
            /** @description What customers see. */
            full_name: string;
            id: string;
            /** @description `owner`, `editor` or `member`. */
            role: string;
        };
        /** @description A person. */
        ApiUserAnswer: {
            user: components["schemas"]["ApiUser"];
        };
        /** @description The people of the account. */
        ApiUsers: {
            users: components["schemas"]["ApiUser"][];
        };
        /**
         * @description Who asked for a person.
         * @enum {string}
         */
        AskedByView: "assistant" | "program" | "operator";
        /** @description Who is to answer. */
        AssignmentBody: {
            /** @description An operator of the account; null gives the conversation back to the assistant. */
            assignee_id: string | null;
        };
        /** @description Who answers now. */
        AssignmentView: {
            assignee: components["schemas"]["ColleagueView"] | null;
        };
        /** @description Who answers in a chat. */
        AssistantView: {
            /** @description Names that attributes of the chat's newest customers have, in the order of the alphabet. */
            attributes: string[];
            /** @description When it last failed, RFC 3339. */
            failed_at: string | null;
            /** @description Why it last failed. */
            failure: string | null;
            /**
             * Format: int64
             * @description How long it last took to its first word.
             */
            first_word_milliseconds: number | null;
            /** @description The model; the built-in assistant has none. */
            model: string | null;
            /** @description As the operator of the service named it: `built-in`, `openai`, … */
            provider: string;
            state: components["schemas"]["ModelState"];
            /** @description When the model last answered, RFC 3339. */
            succeeded_at: string | null;
        };
        /** @description An identify call. */
        AttemptView: {
            at: string;
            customer: components["schemas"]["LeadView"] | null;
            /** @description What exactly is wrong, as in `60 minutes ago`. */
            detail: string | null;
            /** @description The key that signed the token, where one of the chat's did. */
            kid: string | null;
            message: string | null;
            /** @description The page's origin, where it came from a page. */
            origin: string | null;
            /** @description `verified`, `refused`, `limited` or `unavailable`. */
            outcome: string;
            /** @description The code of why it ended so, unless well. */
            reason: string | null;
            /** @description How to mend it. */
            remedy: string | null;
            /** @description The call's id; its answer carries it in `X-Request-Id`. */
            request_id: string;
            warnings: components["schemas"]["WarningView"][];
        };
        /** @description Something that was done. */
        AuditEntryView: {
            /** @description From which address. */
            address: string | null;
            /** @description What the browser said it is. */
            agent: string | null;
            at: string;
            chat_id: string | null;
            /** @description What more there is to say. */
            detail: string | null;
            id: string;
            /** @description What, as in `signed_in`. */
            kind: string;
            /** @description Who, by their email as it was then; null for the terminal, a program, and who is nobody yet. */
            operator: string | null;
            operator_id: string | null;
            /** @description What it was done to: an email, or an id. */
            subject: string | null;
        };
        /** @description A page of the log. */
        AuditPage: {
            entries: components["schemas"]["AuditEntryView"][];
            /** @description Whether there are earlier ones. */
            more: boolean;
        };
        AuthenticationPartsView: {
            authenticatorData: string;
            clientDataJSON: string;
            signature: string;
            userHandle?: string | null;
        };
        /** @description What a browser says when a passkey was used: of its `AuthenticationResponseJSON`, what is looked at. */
        AuthenticationView: {
            id: string;
            response: components["schemas"]["AuthenticationPartsView"];
        };
        /**
         * @description On which side a message was written.
         * @enum {string}
         */
        AuthorView: "visitor" | "assistant" | "operator";
        /** @description How many addresses are read again. */
        Begun: {
            begun: number;
        };
        /** @description A block of text: a paragraph, a heading, a list, a numbered list, a block of code, a quotation. */
        Block: {
            c: components["schemas"]["Inline"][];
            /** @enum {string} */
            t: "p";
        } | {
            c: components["schemas"]["Inline"][];
            /** @enum {string} */
            t: "h";
        } | {
            items: components["schemas"]["Block"][][];
            /** @enum {string} */
            t: "ul";
        } | {
            items: components["schemas"]["Block"][][];
            /** Format: int64 */
            start: number;
            /** @enum {string} */
            t: "ol";
        } | {
            /** @enum {string} */
            t: "code";
            text: string;
        } | {
            c: components["schemas"]["Block"][];
            /** @enum {string} */
            t: "quote";
        };
        /** @description A call of an integration. */
        CallView: {
            /** @description When it ended. */
            at: string;
            /** Format: int64 */
            milliseconds: number;
            /** @description What went wrong, where something did. */
            problem: string | null;
            /**
             * Format: int32
             * @description The status of the answer, where there was one.
             */
            status: number | null;
            /** @description What was called, without ids and parameters. */
            what: string;
        };
        /** @description What an operator enters; `null` takes back what operators entered before. What is left out stays. */
        ChangeBody: {
            first_name?: string | null;
            last_name?: string | null;
            phone_number?: string | null;
        };
        /** @description What is changed; what is absent stays. */
        ChangeWebhookBody: {
            events?: string[] | null;
            /** @description Whether nothing is sent. What waits is given up then, and what happens meanwhile is not kept for it. */
            paused?: boolean | null;
            url?: string | null;
        };
        /** @description What became of a chat. */
        ChatAnswer: {
            chat: components["schemas"]["ChatView"];
        };
        /** @description A chat, and how to put it on a page. */
        ChatDetail: {
            chat: components["schemas"]["ChatView"];
            /** @description The one tag that a page needs. */
            install_snippet: string;
            /** @description The tag of the page that thanks for an order: it has purchases credited to conversations. */
            purchase_snippet: string;
        };
        /** @description A chat, as the dashboard sees it. */
        ChatView: {
            created_at: string;
            id: string;
            identification: components["schemas"]["IdentificationBrief"];
            name: string;
            platform: string;
            widget_token: string;
        };
        /** @description Chats. */
        ChatsView: {
            chats: components["schemas"]["ChatView"][];
        };
        /** @description One check of a token. */
        CheckView: {
            detail?: string | null;
            name: string;
            /** @description `passed`, `failed` or `skipped`. */
            outcome: string;
            reason?: string | null;
        };
        /** @description A code. */
        CodeBody: {
            code: string;
        };
        /** @description Codes for when the app is lost, each good once. They are shown this once; empty where there are codes already. */
        CodesView: {
            recovery_codes: string[];
        };
        /** @description An operator, as other operators see them. */
        ColleagueView: {
            email: string;
            id: string;
            /** @description What customers see. */
            name: string;
        };
        /** @description The people of the account. */
        ColleaguesView: {
            colleagues: components["schemas"]["ColleagueView"][];
        };
        /** @description Customers who have one email. */
        ConflictView: {
            /** @description At most 100. */
            customers: components["schemas"]["LeadView"][];
            decided_at: string | null;
            /** @description Who said so; `null` where they are gone, or nobody did. */
            decided_by: string | null;
            decision: components["schemas"]["DecisionView"] | null;
            email: string;
        };
        /** @description Customers who have one email, and different ids. */
        ConflictsPage: {
            conflicts: components["schemas"]["ConflictView"][];
            /** @description What to ask for as `after` to get the next page; `null` on the last. */
            next: string | null;
        };
        /** @description A contact. */
        ContactView: components["schemas"]["LeadView"] & {
            /** @description The conversation of a visitor who typed who they are; customers may have many. */
            conversation_id: string | null;
            created_at: string;
            /** @description Whether there is a conversation with them. */
            talks: boolean;
        };
        /** @description What is written into a file. */
        ContactsFileBody: {
            /**
             * @description `id`, `verified`, `email`, `first_name`, `last_name`, `phone_number`, `email_marketing_consent`, `stable_id`, `created_at`,
             *     `identified_at`, or `attribute:` and the name of one. At most 60.
             */
            columns: string[];
            filter?: components["schemas"]["ContactsQuery"];
            /** @description As in a search; everybody whom the filter shows where it is empty. */
            query?: string;
        };
        /** @description A page of contacts. */
        ContactsPage: {
            customers: components["schemas"]["ContactView"][];
            /**
             * @description What to ask for as `after` to get the next page; `null` on the last. Where few contacts fit, a page looks at 10,000 of them, and
             *     the next one goes on.
             */
            next: string | null;
        };
        /** @description Which contacts are shown, in which order, and from where on: all, the newest first, where nothing is said. */
        ContactsQuery: {
            /**
             * @description The `next` of the page before.
             * @default null
             */
            after: string | null;
            /**
             * @description The name of an attribute of the outermost level; with `value`.
             * @default null
             */
            attribute: string | null;
            /**
             * @description Only those who said yes (true), or no, to marketing by email.
             * @default null
             */
            consent: boolean | null;
            /**
             * @description In which order.
             * @default null
             */
            order: ("newest" | "oldest" | "email") | null;
            /**
             * @description RFC 3339: only those known since then.
             * @default null
             */
            since: string | null;
            /**
             * @description Only those with a conversation (true), or without.
             * @default null
             */
            talks: boolean | null;
            /**
             * @description Only those whose attribute is this.
             * @default null
             */
            value: string | null;
            /**
             * @description Only customers whom the shop vouched for (true), or only visitors who typed who they are.
             * @default null
             */
            verified: boolean | null;
        };
        /** @description Whom to look for. It is in the body, since it is often a name or an email. */
        ContactsSearchBody: {
            filter?: components["schemas"]["ContactsQuery"];
            /**
             * @description A whole email or id; or words, all of which must be known of a contact, as email, name, phone number, id or value of an
             *     attribute. Words that begin like them are found, too.
             */
            query: string;
        };
        /** @description A conversation in the inbox. */
        ConversationBrief: {
            assignee: components["schemas"]["ColleagueView"] | null;
            created_at: string;
            /** @description Whether a person was asked for, and that is not settled. */
            escalated: boolean;
            /** @description The part of it that a search found, in pieces; `null` where its person was found, or nothing was searched for. */
            excerpt: components["schemas"]["PieceView"][] | null;
            id: string;
            last_message_at: string;
            lead: components["schemas"]["LeadView"] | null;
            preview: string;
            /** @description Whether there is something in it that none of the chat's people has seen. */
            unseen: boolean;
        };
        /** @description A conversation with its messages. */
        ConversationDetail: {
            conversation: components["schemas"]["ConversationThread"];
        };
        /** @description A conversation in a list. */
        ConversationItem: {
            /** @description Whether it is the one that the visitor writes in. */
            current: boolean;
            id: string;
            last_message_at: string;
            preview: string;
        };
        /** @description A conversation's name. */
        ConversationRef: {
            id: string;
        };
        /** @description A conversation with its messages; of a very long one, the last. */
        ConversationThread: {
            assignee: components["schemas"]["ColleagueView"] | null;
            created_at: string;
            /**
             * Format: int64
             * @description The number of the last message that reached a page of the visitor's, as far as people's own messages tell.
             */
            delivered_seq: number;
            /** @description Other conversations of the customer, newest first; at most 10. */
            earlier: components["schemas"]["CustomerConversation"][];
            /** @description Whether a person was asked for, and that is not settled. */
            escalated: boolean;
            escalation: components["schemas"]["EscalationView"] | null;
            id: string;
            joined: components["schemas"]["JoinedView"] | null;
            last_message_at: string;
            lead: components["schemas"]["LeadView"] | null;
            messages: components["schemas"]["MessageView"][];
            /** @description What operators wrote for each other: no visitor and no assistant sees it. Of very many the last 200. */
            notes: components["schemas"]["NoteView"][];
            orders: components["schemas"]["OrdersView"];
            /**
             * Format: int64
             * @description The number of the last message that the visitor has seen.
             */
            read_seq: number;
            /** @description What happened to the identity of the browser that the conversation belongs to, newest first. */
            timeline: components["schemas"]["EntryView"][];
        };
        /** @description The conversations that a visitor may read. */
        Conversations: {
            conversations: components["schemas"]["ConversationItem"][];
        };
        /** @description A page of conversations. */
        ConversationsPage: {
            conversations: components["schemas"]["ConversationBrief"][];
            /**
             * Format: int64
             * @description In how many conversations of the chat a person is asked for; 1,000 stands for as many or more.
             */
            needs_person: number;
            /** @description What to ask for as `after` to get the next page; `null` on the last. */
            next: string | null;
            /**
             * Format: int64
             * @description How many there are on all pages; 1,000 stands for as many or more.
             */
            total: number;
        };
        /** @description What a browser makes a passkey by. */
        CreationOptionsView: {
            attestation: string;
            authenticatorSelection: components["schemas"]["SelectionView"];
            challenge: string;
            excludeCredentials: components["schemas"]["CredentialView"][];
            pubKeyCredParams: components["schemas"]["AlgorithmView"][];
            rp: components["schemas"]["SiteView"];
            /** Format: int64 */
            timeout: number;
            user: components["schemas"]["UserView"];
        };
        CredentialView: {
            id: string;
            type: string;
        };
        /** @description Who signs in. */
        Credentials: {
            /** @description A code of an authenticator app, or a recovery code, where one was asked for. */
            code?: string | null;
            email: string;
            password: string;
        };
        /** @description A customer. */
        CustomerAnswer: {
            customer: components["schemas"]["CustomerDetail"];
        };
        /** @description Which customer is meant: by `email` or by `id`, not by both. */
        CustomerBody: {
            email?: string | null;
            /**
             * @description The merchant's own id of the customer, as signed in `sub` or `user_id`. To export and to erase, also the id that the
             *     customer has here.
             */
            id?: string | null;
        };
        /** @description A conversation of a customer. */
        CustomerConversation: {
            id: string;
            joined: components["schemas"]["JoinedView"] | null;
            last_message_at: string;
            /**
             * Format: int64
             * @description How many there are.
             */
            messages: number;
            preview: string;
        };
        /**
         * @description A customer with everything known. What is shown of a field is what was signed, or else what an operator entered, or else what
         *     the visitor typed.
         */
        CustomerDetail: components["schemas"]["LeadView"] & {
            conversations: components["schemas"]["CustomerConversation"][];
            devices: components["schemas"]["DeviceView"][];
            fields: components["schemas"]["FieldView"][];
            /** @description Tokens that were issued before are refused. */
            revoked_before: string | null;
            /** @description Other customers with the same email. */
            same_email: components["schemas"]["LeadView"][];
            /** @description What happened, newest first. */
            timeline: components["schemas"]["EntryView"][];
        };
        /** @description All that is kept of a customer. Times are RFC 3339. */
        CustomerExport: {
            chat_id: string;
            chat_name: string;
            /** @description The conversations of the customer and of the customer's browsers. */
            conversations: components["schemas"]["ExportedConversation"][];
            customer: components["schemas"]["ExportedCustomer"];
            /** @description The browsers that were the customer's. */
            devices: components["schemas"]["ExportedDevice"][];
            exported_at: string;
            /** @description Every value of every field, and where it came from. */
            fields: components["schemas"]["ExportedField"][];
            /** @description Posts about the customer, to the shop's own addresses, that are still to be made. */
            pending_posts: components["schemas"]["ExportedPost"][];
            /** @description What happened to the customer's identity, oldest first. */
            record: components["schemas"]["ExportedEntry"][];
            /** @description What was typed in these browsers when they were not verified. */
            typed: components["schemas"]["ExportedTyped"][];
            /**
             * Format: int32
             * @description The version of this form: 1.
             */
            version: number;
        };
        /** @description What is decided. */
        DecisionBody: {
            decision: components["schemas"]["DecisionView"] | null;
        };
        /** @description It was kept. */
        DecisionKept: {
            success: boolean;
        };
        /**
         * @description What is said of customers with one email: they are different people, or one whom the shop gave several ids.
         * @enum {string}
         */
        DecisionView: "apart" | "same";
        /** @description Deliveries, newest first. */
        DeliveriesView: {
            deliveries: components["schemas"]["DeliveryView"][];
        };
        /** @description Something that a webhook was told, or is to be. */
        DeliveryView: {
            /** Format: int64 */
            attempts: number;
            created_at: string;
            /** @description When it is tried next. */
            due_at: string | null;
            event: string;
            id: string;
            /** Format: int64 */
            milliseconds: number | null;
            /** @description What went wrong last, where something did. */
            problem: string | null;
            /** @description `waiting`, `retrying`, `delivered` or `failed`. */
            state: string;
            /**
             * Format: int64
             * @description The status of the last answer, where there was one.
             */
            status: number | null;
            /** @description When it was tried last. */
            tried_at: string | null;
        };
        /** @description A browser of a customer. */
        DeviceView: {
            expires_at: string;
            identified_at: string;
            /** @description The key that verified the token. */
            kid: string;
            /** @description Whether it is verified as the customer now. */
            verified: boolean;
            visitor_id: string;
        };
        /** @description What is right and wrong with a token, and what it would keep. */
        DiagnosisView: {
            checks: components["schemas"]["CheckView"][];
            /** @description The payload, as far as it can be read. */
            claims: Record<string, unknown> | null;
            message: string | null;
            reason: string | null;
            remedy: string | null;
            stored: components["schemas"]["StoredView"] | null;
            /** @description Whether it would be accepted. */
            valid: boolean;
            warnings: components["schemas"]["WarningView"][];
        };
        /** @description Which alerts were seen. */
        DismissBody: {
            /** @description As in the alert. */
            kind: string;
        };
        /** @description One text, file or page. */
        DocumentView: {
            /** Format: int64 */
            bytes: number;
            id: string;
            /** Format: int64 */
            passages: number;
            /** @description When it was read; `null` where it never was. */
            read_at: string | null;
            /** @description Why it failed, or what was left out. */
            reason: string | null;
            /** @description `found`, `read` or `failed`. */
            state: string;
            title: string;
            /** @description Its address; `null` of a text or a file. */
            url: string | null;
        };
        /** @description Who has forgotten their password. */
        EmailBody: {
            email: string;
        };
        /** @description How many sessions ended. */
        EndedView: {
            /** Format: int64 */
            ended: number;
        };
        /** @description An address to post to. */
        EndpointBody: {
            hookUrl: string;
        };
        /** @description Something that happened to an identity. */
        EntryView: {
            at: string;
            conversation_id: string | null;
            /** Format: int64 */
            count: number | null;
            customer_id: string | null;
            kid: string | null;
            kind: string;
            /** @description The kind in a sentence. */
            message: string;
            /** @description The email of the operator who did it. */
            operator: string | null;
            origin: string | null;
            /** @description A code that says more. */
            reason: string | null;
            request_id: string | null;
            /**
             * Format: int64
             * @description Its number in the record; `null` for the second or so until it is sealed.
             */
            seq: number | null;
            visitor_id: string | null;
        };
        /** @description What must be said to erase a customer. */
        EraseBody: {
            /** @description The customer's email. */
            confirm: string;
        };
        /** @description What was erased of a customer. */
        ErasedAnswer: {
            erased: components["schemas"]["ErasedView"];
        };
        /** @description How much was erased. */
        ErasedView: {
            /** Format: int64 */
            conversations: number;
            /**
             * Format: int64
             * @description Browsers that were the customer's.
             */
            devices: number;
            /** Format: int64 */
            messages: number;
        };
        /** @description The body of an error. */
        ErrorBody: {
            error: components["schemas"]["ErrorDetail"];
        };
        /** @description What went wrong. */
        ErrorDetail: {
            /**
             * @description A code that never changes.
             * @example not_found
             */
            code: string;
            /** @description A sentence for people. */
            message: string;
        };
        /** @description How it stands now. */
        EscalationAnswer: {
            escalated: boolean;
            escalation: components["schemas"]["EscalationView"] | null;
        };
        /** @description What becomes of the question for a person. */
        EscalationBody: {
            /** @description With `resolved` false: it was settled by mistake. The question is what it was, and nobody is told by mail again. */
            reopen?: boolean;
            /** @description True: it is settled. False: a person is asked for. */
            resolved: boolean;
        };
        /** @description The last time that a person was asked for. */
        EscalationView: {
            asked_at: string;
            asked_by: components["schemas"]["AskedByView"] | null;
            mail: components["schemas"]["MailView"];
            /** @description Why, in the words of whoever asked. */
            reason: string | null;
            settled_at: string | null;
        };
        /** @description A passage that may answer a question. */
        ExcerptView: {
            /** @description The headings above it; empty where there are none. */
            heading: string;
            /**
             * Format: int32
             * @description Its page in a PDF.
             */
            page: number | null;
            /**
             * Format: int32
             * @description How much of the question is in it, of 100.
             */
            share: number;
            /** @description Plain text. */
            text: string;
            /** @description The title of its document. */
            title: string;
            url: string | null;
        };
        /** @description What a question finds. */
        ExcerptsView: {
            /** @description The best first. */
            excerpts: components["schemas"]["ExcerptView"][];
        };
        /** @description A conversation. */
        ExportedConversation: {
            created_at: string;
            /** @description When a person was last asked for. */
            escalated_at: string | null;
            /** @description Why. */
            escalation_reason: string | null;
            id: string;
            /**
             * Format: int64
             * @description How many of its messages, the first ones, were there when the customer signed in.
             */
            joined_messages: number;
            last_message_at: string;
            messages: components["schemas"]["ExportedMessage"][];
            /** @description What the shop's people wrote for each other. */
            notes: components["schemas"]["ExportedNote"][];
            /** @description What was bought after it, as the shop's page told. */
            purchases: components["schemas"]["ExportedPurchase"][];
            visitor_id: string;
        };
        /** @description The customer as the dashboard shows it. */
        ExportedCustomer: {
            additional_attributes: Record<string, unknown>;
            created_at: string;
            email: string;
            email_marketing_consent: boolean | null;
            first_name: string | null;
            id: string;
            identified_at: string;
            last_name: string | null;
            phone_number: string | null;
            /** @description Tokens that were issued before are refused. */
            revoked_before: string | null;
            stable_id: string | null;
        };
        /** @description A browser. */
        ExportedDevice: {
            browser_id: string;
            created_at: string;
            expires_at: string | null;
            identified_at: string | null;
            /** @description The key that verified the last token. */
            kid: string | null;
            visitor_id: string;
        };
        /** @description An entry of the record. */
        ExportedEntry: {
            at: string;
            conversation_id: string | null;
            /** Format: int64 */
            count: number | null;
            kid: string | null;
            kind: string;
            message: string;
            origin: string | null;
            reason: string | null;
            /** Format: int64 */
            seq: number | null;
            visitor_id: string | null;
        };
        /** @description A value of a field. */
        ExportedField: {
            at: string;
            name: string;
            /** @description Whether a better source's value is shown in its place. */
            overridden: boolean;
            /** @description `signed`, `operator` or `typed`. */
            source: string;
            value: string;
        };
        /** @description A message. */
        ExportedMessage: {
            /** @description `visitor`, `assistant` or `operator`. */
            author: string;
            id: string;
            sent_at: string;
            /** Format: int64 */
            seq: number;
            text: string;
            /** @description Whether its author was verified when it was sent. */
            verified: boolean;
        };
        /** @description A note. */
        ExportedNote: {
            created_at: string;
            id: string;
            text: string;
        };
        /** @description A post that is still to be made. */
        ExportedPost: {
            /**
             * Format: int64
             * @description How often it was tried.
             */
            attempts: number;
            created_at: string;
            hook_id: string;
        };
        /** @description A purchase. */
        ExportedPurchase: {
            created_at: string;
            /** @description `order_total`, `currency` and `line_items`. */
            details: Record<string, unknown>;
            order_id: string;
        };
        /** @description What was typed in a browser. */
        ExportedTyped: {
            created_at: string;
            email: string;
            email_marketing_consent: boolean | null;
            first_name: string | null;
            last_name: string | null;
            phone_number: string | null;
            updated_at: string;
            visitor_id: string;
        };
        /** @description By what an operator can prove themselves beside the password. A recovery code goes where the code of an app would. */
        FactorsView: {
            passkey: boolean;
            totp: boolean;
        };
        /** @description A value of a field, and where it came from. The attributes are not among the fields: they are signed always. */
        FieldView: {
            at: string;
            name: string;
            /** @description The email of the operator who entered it. */
            operator: string | null;
            /** @description Whether a better source's value is shown in its place. */
            overridden: boolean;
            /** @description `signed`, `operator` or `typed`. */
            source: string;
            value: string;
        };
        /** @description Something about the page. */
        FindingView: {
            /** @description `status`, `tag`, `policy`, `script_src`, `connect_src`, `identify`, `private_key` or `purchases`. */
            code: string;
            /** @description What was found, or what is to be added, to the letter. */
            detail: string | null;
            /** @description `good`, `bad`, or `hint`: it cannot be told from the page alone. */
            grade: string;
            message: string;
        };
        /** @description What enforcing would have meant. */
        ForecastView: {
            /** @description Who would have been turned away; most messages first, a visitor under one reason. */
            by_reason: components["schemas"]["TurnedAwayView"][];
            /** @description Whether enforcing must be confirmed with the chat's name. */
            confirmation_required: boolean;
            /** Format: int64 */
            hours: number;
            last_verified_at: string | null;
            /**
             * Format: int64
             * @description Messages that visitors wrote.
             */
            messages: number;
            /**
             * Format: int64
             * @description Those of them that were verified.
             */
            verified_messages: number;
            /**
             * Format: int64
             * @description Visitors who wrote.
             */
            visitors: number;
        };
        /** @description A header. */
        HeaderView: {
            name: string;
            value: string;
        };
        /** @description An address that new leads are posted to. */
        HookView: {
            /** @description Its host and the end of its path: whoever knows all of it can post there. */
            address: string;
            /**
             * Format: int64
             * @description How often the most unlucky of them was tried; 0 where none failed.
             */
            attempts: number;
            created_at: string;
            id: string;
            /**
             * Format: int64
             * @description Posts that are still to be made.
             */
            pending: number;
        };
        /** @description The addresses. */
        HooksView: {
            hooks: components["schemas"]["HookView"][];
        };
        /** @description An hour's identify calls. */
        HourView: {
            /** @description When it began. */
            at: string;
            /** Format: int64 */
            refused: number;
            /** Format: int64 */
            verified: number;
        };
        /** @description Hours without a gap, the earliest first. */
        HoursView: {
            hours: components["schemas"]["HourView"][];
        };
        /** @description Whether customers are identified in a chat. */
        IdentificationBrief: {
            active: boolean;
            /** @description Whether it can be activated: not for a Shopify chat. */
            available: boolean;
        };
        /** @description Customer identification in a chat, with its keys. */
        IdentificationView: {
            active: boolean;
            available: boolean;
            jwks: components["schemas"]["JwksView"] | null;
            /** @description Where the keys that verify are published. */
            jwks_json_url: string;
            keys: components["schemas"]["KeyView"][];
            mode: components["schemas"]["ModeView"];
        };
        /** @description What became of identify calls. */
        Identifications: {
            alerts: components["schemas"]["AlertView"][];
            /** @description The last ones, newest first, at most 100. */
            attempts: components["schemas"]["AttemptView"][];
            first_verified: components["schemas"]["AttemptView"] | null;
            /** @description The websites whose pages loaded the chat's script lately, as far as this process knows; the latest first, at most 5. */
            pages: components["schemas"]["PageSeenView"][];
            totals: components["schemas"]["Totals"];
            /** @description Whether a token was ever verified. */
            verified_ever: boolean;
        };
        /** @description Who the page's customer is, and the proof. */
        IdentifyBody: {
            /** @description Compact JWS, RS256, at most 16,384 bytes. */
            jwt: string;
            visitor_token: string;
        };
        /** @description Which conversations are shown, and from where on: all, from the newest on, where nothing is said. */
        InboxQuery: {
            /**
             * @description The `next` of the page before.
             * @default null
             */
            after: string | null;
            /**
             * @description The id of an operator: only those that this one has.
             * @default null
             */
            assignee: string | null;
            /**
             * @description Whose turn it is.
             * @default null
             */
            show: ("all" | "needs_person" | "mine" | "unassigned") | null;
            /**
             * @description RFC 3339: in which something was written then or later.
             * @default null
             */
            since: string | null;
            /**
             * @description RFC 3339: the last message of which was written before.
             * @default null
             */
            until: string | null;
            /**
             * @description Only those that are a customer's (true), or nobody's in particular.
             * @default null
             */
            verified: boolean | null;
        };
        /** @description What to look for. It is in the body, since what is looked for is often somebody's name or email. */
        InboxSearchBody: {
            filter?: components["schemas"]["InboxQuery"];
            /** @description Words, all of which must be in a message, or known of its person; words that begin like them are found, too. */
            query: string;
        };
        /** @description Text within a block: plain, strong, emphasised, code, a link (http, https, mailto or tel), a new line. */
        Inline: {
            /** @enum {string} */
            t: "text";
            text: string;
        } | {
            c: components["schemas"]["Inline"][];
            /** @enum {string} */
            t: "b";
        } | {
            c: components["schemas"]["Inline"][];
            /** @enum {string} */
            t: "i";
        } | {
            /** @enum {string} */
            t: "code";
            text: string;
        } | {
            c: components["schemas"]["Inline"][];
            href: string;
            /** @enum {string} */
            t: "a";
        } | {
            /** @enum {string} */
            t: "br";
        };
        /** @description A token to be looked at. */
        InspectBody: {
            /** @description As the page or the backend has it; what is wrong with it is told. */
            token: string;
        };
        /** @description How an integration does. */
        IntegrationView: {
            /** @description The last calls that this process knows of, newest first, at most 20. */
            calls: components["schemas"]["CallView"][];
            /** @description Since when every call fails, as far as the list goes back. */
            failing_since: string | null;
            /** @description `not_set_up`; `idle`: there were no calls since the service began; `working`; `failing`. */
            state: string;
        };
        /** @description The integrations of a chat. */
        IntegrationsView: {
            backend_api: components["schemas"]["IntegrationView"];
            order_tracking: components["schemas"]["IntegrationView"];
            purchases: components["schemas"]["IntegrationView"];
            zapier: components["schemas"]["IntegrationView"];
        };
        /** @description Somebody was asked to join. */
        InvitationView: {
            created_at: string;
            email: string;
            /** @description Whether it has lapsed. */
            expired: boolean;
            expires_at: string;
            id: string;
            /** @description `off`: there is no mail server; `waiting`, `sent`, `failed`. */
            mail: string;
            role: components["schemas"]["RoleView"];
        };
        /** @description Who was asked to join. */
        InvitationsView: {
            invitations: components["schemas"]["InvitationView"][];
            /** @description Whether there is a mail server. */
            mail: boolean;
        };
        /** @description Who is asked to join. */
        InviteBody: {
            email: string;
            role: components["schemas"]["RoleView"];
        };
        /** @description To what an invitation lets in. */
        InvitedTo: {
            account: string;
            email: string;
            role: components["schemas"]["RoleView"];
        };
        /** @description An invitation, with the link that lets in by it: this once. */
        InvitedView: {
            invitation: components["schemas"]["InvitationView"];
            link: string;
        };
        /** @description Messages that were there before a conversation's customer signed in. */
        JoinedView: {
            /** @description When they were joined to the customer. */
            at: string;
            /**
             * Format: int64
             * @description How many: the first ones.
             */
            messages: number;
        };
        /** @description Keys that verify, as a JWK Set. */
        JwksJson: {
            keys: Record<string, unknown>[];
        };
        /** @description Where a chat's keys are fetched from, and how that went. */
        JwksView: {
            attempted_at: string | null;
            /** @description What was wrong the last time, in a sentence. */
            error: string | null;
            fetched_at: string | null;
            /** @description Until when the keys verify should the address not answer again. */
            kept_until: string | null;
            url: string;
        };
        /** @description What hangs on a key. */
        KeyReachView: {
            /**
             * Format: int64
             * @description Identities that it made and that hold now, counted as far as 1,000: revoking it ends them.
             */
            identities: number;
        };
        /**
         * @description Where a key is from: made here, handed in, or fetched from the chat's address.
         * @enum {string}
         */
        KeySourceView: "generated" | "public_key" | "jwks";
        /**
         * @description What a key is good for: it verifies; it verifies to the end of its grace time; it verifies nothing.
         * @enum {string}
         */
        KeyStateView: "active" | "retired" | "revoked";
        /** @description A key that verifies tokens, or did. */
        KeyView: {
            bits: number;
            created_at: string;
            /** @description SHA-256 of the public key. */
            fingerprint: string;
            first_used_at: string | null;
            kid: string;
            last_used_at: string | null;
            /** @description PEM, SPKI. */
            public_key: string;
            /**
             * Format: int64
             * @description How many tokens that it signed were refused for another reason.
             */
            refused: number;
            retirement: components["schemas"]["RetirementView"];
            source: components["schemas"]["KeySourceView"];
            state: components["schemas"]["KeyStateView"];
            /**
             * Format: int64
             * @description How many tokens it verified.
             */
            verified: number;
            /** @description Whether it verifies tokens now. */
            verifies: boolean;
            /** @description The end of a retired key's grace time; of a key from an address, how long it is good for should that not answer again. */
            verifies_until: string | null;
        };
        /** @description An address. */
        KnowledgeAddressBody: {
            pages: components["schemas"]["PagesMeant"];
            /** @description `https`, and on the public internet. */
            url: string;
        };
        /** @description How much there is to read up, and how much there may be. */
        KnowledgeTotalsView: {
            /** Format: int64 */
            bytes: number;
            /** Format: int64 */
            documents: number;
            /** Format: int64 */
            most_bytes: number;
            /** Format: int64 */
            most_documents: number;
            /** Format: int64 */
            most_sources: number;
            /** Format: int64 */
            passages: number;
            /** Format: int64 */
            sources: number;
        };
        /** @description All that a chat may read up. */
        KnowledgeView: {
            /** @description The newest first. */
            sources: components["schemas"]["SourceView"][];
            totals: components["schemas"]["KnowledgeTotalsView"];
        };
        /** @description What a visitor types about itself. What is empty says nothing. */
        LeadBody: {
            email: string;
            email_marketing_consent?: boolean | null;
            first_name?: string | null;
            last_name?: string | null;
            phone_number?: string | null;
        };
        /** @description The form that asks an unverified visitor who they are. */
        LeadForm: {
            /** @description `email` first; then those of `first_name`, `last_name`, `phone_number` and `email_marketing_consent` that the merchant chose. */
            fields: string[];
        };
        /** @description A lead, as the dashboard sees it: a customer, or what a visitor typed about itself. */
        LeadView: {
            additional_attributes: Record<string, unknown>;
            email: string;
            /** @description `null` where nothing was said. */
            email_marketing_consent: boolean | null;
            first_name: string | null;
            full_name: string | null;
            id: string;
            identified_at: string | null;
            last_name: string | null;
            phone_number: string | null;
            /** @description Whether another customer of the chat has the same email. */
            shares_email: boolean;
            stable_id: string | null;
            /** @description Whether the merchant's key vouched for this customer in this chat; what was typed is claimed only. */
            verified: boolean;
        };
        /** @description An item of an order. */
        LineItemBody: {
            id: string;
            /** Format: double */
            price: number;
            /** Format: double */
            quantity: number;
            title: string;
        };
        /**
         * @description How a mail stands.
         * @enum {string}
         */
        MailStateView: "not_set_up" | "off" | "none" | "waiting" | "sent" | "failed" | "needless";
        /** @description How the mail about it stands. */
        MailView: {
            /** @description When it is tried next. */
            next_try_at: string | null;
            /** @description Why it was not taken, as a code: `smtp_550`, `unreachable`, `tls`, `slow`, `address`, `no_address`. */
            problem: string | null;
            /** @description When one about this conversation was last sent. */
            sent_at: string | null;
            state: components["schemas"]["MailStateView"];
        };
        /** @description One of an account's people. */
        MemberView: {
            created_at: string;
            email: string;
            id: string;
            /** @description When they were last there, to some minutes; null where they are signed in nowhere. */
            last_seen_at: string | null;
            /** @description What customers see. */
            name: string;
            role: components["schemas"]["RoleView"];
            /** @description Whether they have a second factor. */
            second_factor: boolean;
        };
        /** @description The people. */
        MembersView: {
            members: components["schemas"]["MemberView"][];
            /** @description Whether everybody needs a second factor. */
            second_factor_required: boolean;
        };
        /** @description A message, as pages and the dashboard see it. */
        MessageView: {
            author: components["schemas"]["AuthorView"];
            author_name: string | null;
            /** @description The text as a typed tree. */
            content: components["schemas"]["Block"][];
            id: string;
            /** @description RFC 3339. */
            sent_at: string;
            /**
             * Format: int64
             * @description Its number in the conversation, from 1 without gaps.
             */
            seq: number;
            text: string;
            /** @description Whether its author was verified when it was sent. */
            verified: boolean;
        };
        /** @description Who may chat. */
        ModeBody: {
            /** @description The chat's name, where enforcing must be confirmed. */
            confirm?: string | null;
            /** @description `observe` or `enforce`. */
            mode: string;
        };
        /**
         * @description Who may chat: anyone, or only the verified.
         * @enum {string}
         */
        ModeView: "observe" | "enforce";
        /**
         * @description How the model does, since the service began.
         * @enum {string}
         */
        ModelState: "built_in" | "unknown" | "works" | "fails";
        /** @description A chat that is to be made. */
        NewChatBody: {
            /** @description 1 to 100 characters. */
            name: string;
            /** @description `custom`, `woocommerce`, `magento`, `prestashop`, `bigcommerce` or `shopify`. */
            platform: string;
        };
        /** @description A new passkey. */
        NewPasskeyBody: {
            credential: components["schemas"]["RegistrationView"];
            /** @description What the operator calls it: 1 to 100 characters. */
            name: string;
        };
        /** @description A visitor's new token. */
        NewToken: {
            visitor_token: string;
        };
        /** @description What an operator wrote for the others. */
        NoteView: {
            author: components["schemas"]["ColleagueView"] | null;
            /** @description The text as a typed tree. */
            content: components["schemas"]["Block"][];
            /** @description RFC 3339. */
            created_at: string;
            id: string;
            text: string;
        };
        /** @description A note that was kept. */
        NotedView: {
            note: components["schemas"]["NoteView"];
        };
        /** @description An operator. */
        OperatorView: {
            email: string;
            id: string;
            /** @description What customers see. */
            name: string;
            /** @description What was entered as that; else it is the email's part before the @. */
            own_name: string | null;
            role: components["schemas"]["RoleView"];
        };
        /** @description What came of it. */
        OrderAnswer: {
            /** @description Whether it was asked with an email that the visitor typed, and nobody vouches for. */
            claimed: boolean;
            /** @description What the shop says of it. */
            context: string | null;
            /** @description Whether the shop has such an order of this customer's. */
            found: boolean;
            /** @description Why the shop could not be asked, in a sentence. */
            problem: string | null;
            /** @description The address of the parcel. */
            tracking_url: string | null;
        };
        /** @description An order to look up. */
        OrderBody: {
            /** @description Its number: 1 to 64 characters. */
            order_id: string;
        };
        /** @description An order to look up. */
        OrderTestBody: {
            /** @description Its customer's email. */
            email: string;
            /** @description Its number: 1 to 64 characters. */
            order_id: string;
        };
        /** @description What came of looking an order up. */
        OrderTestView: {
            /** @description The beginning of the answer's body, at most 4,000 characters; the key in it is replaced by `***`. */
            body: string | null;
            /** @description What the endpoint says, as text: of the order, or of what is wrong. */
            context: string | null;
            /**
             * Format: int64
             * @description How long it took.
             */
            milliseconds: number;
            /** @description What is wrong, and how to mend it; `null` where the endpoint answers as it should. */
            problem: string | null;
            /**
             * Format: int32
             * @description The status of the endpoint's answer; `null` where there was none.
             */
            status: number | null;
            /** @description The address of the parcel; `null` where there is none that may be shown. */
            tracking_url: string | null;
        };
        /** @description What is known of a customer's orders. */
        OrdersView: {
            /** @description Whether orders can be looked up in this chat. */
            available: boolean;
            /** @description Numbers that the visitor wrote and that may be those of orders, the last first; at most 5. */
            mentioned: string[];
            /** @description What was bought in this conversation and the earlier ones, newest first; at most 20. */
            purchases: components["schemas"]["PurchaseView"][];
        };
        /** @description A website whose pages called. */
        OriginView: {
            /** @description Whether the chat takes its calls. */
            allowed: boolean;
            /** @description When last, to the minute; RFC 3339. */
            last_at: string;
            origin: string;
        };
        /** @description Websites whose pages called. */
        OriginsView: {
            /** @description The latest first, at most 50; those that this node has seen since it began. */
            origins: components["schemas"]["OriginView"][];
        };
        /** @description A session. */
        OwnSessionView: {
            /** @description What the browser said it is. */
            agent: string;
            created_at: string;
            /** @description Whether it is the one that asks. */
            current: boolean;
            id: string;
            /** @description When somebody was last there, to some minutes. */
            last_seen_at: string;
        };
        /** @description Where one is in a list. */
        PageMeta: {
            /** Format: int64 */
            page: number;
            /** Format: int64 */
            per_page: number;
            /** Format: int64 */
            total: number;
        };
        /** @description A website whose pages loaded the chat's script. */
        PageSeenView: {
            /** @description When it did so last. */
            at: string;
            /** @description Scheme, host and port. */
            origin: string;
        };
        /**
         * @description Which pages of an address are meant.
         * @enum {string}
         */
        PagesMeant: "this" | "linked" | "sitemap";
        /** @description The two conversations that were one. */
        PartedView: {
            /** @description What the customer said since signing in; `null` where that is nothing. */
            conversation_id: string | null;
            /** @description What was said before, which is nobody's now. */
            parted_conversation_id: string;
        };
        /** @description A passkey. */
        PasskeyView: {
            created_at: string;
            id: string;
            last_used_at: string | null;
            name: string;
        };
        /** @description Another password. */
        PasswordBody: {
            /** @description The present one. */
            current: string;
            /** @description At least 10 characters, and not among the first that are tried. */
            new: string;
        };
        /** @description A QR code. */
        PictureView: {
            /** @description The dark ones, as the path of an SVG in which a square is 1 by 1. */
            path: string;
            /** @description Squares along each side, without a border. */
            size: number;
        };
        /** @description A piece of a text. */
        PieceView: {
            /** @description Whether it is what was searched for. */
            match: boolean;
            text: string;
        };
        /** @description Settings that are not saved, and how they are looked at. */
        PreviewBody: {
            /** @description Whether the visitor's system is dark, which counts where the setting leaves it to that. */
            dark?: boolean;
            /** @description The visitor's languages, the most wanted first: `de-AT,en`. */
            languages?: string;
            /** @description By name, as in `appearance.accent`: those that differ from the saved ones. */
            settings?: Record<string, unknown>;
        };
        /** @description The widget as it would be. */
        PreviewView: {
            /** @description What the chat says. */
            chat: Record<string, unknown>;
            /**
             * Format: double
             * @description The same with a dark page.
             */
            contrast_dark: number;
            /**
             * Format: double
             * @description Contrast of the accent with a white page, from 1 to 21; below 3 the bubble is hard to see.
             */
            contrast_light: number;
            /** @description What the lead form says. */
            form: Record<string, unknown>;
            /** @description What the loader is given. */
            loader: Record<string, unknown>;
        };
        /** @description What an operator changes of themselves. */
        ProfileBody: {
            /** @description What customers see: 1 to 100 characters; null: the email's part before the @. */
            name: string | null;
        };
        /** @description What an operator proves anew who they are with: one of the three. The password will do where there is no second factor. */
        ProofBody: {
            /** @description A code of an authenticator app, or a recovery code. */
            code?: string | null;
            passkey?: components["schemas"]["AuthenticationView"] | null;
            password?: string | null;
        };
        /** @description A purchase, as the page of the shop that says thank you tells of it. */
        PurchaseBody: {
            /** @description Three letters. */
            currency: string;
            /** @description At most 100. */
            line_items: components["schemas"]["LineItemBody"][];
            /** @description 1 to 200 characters. */
            order_id: string;
            /** Format: double */
            order_total: number;
        };
        /** @description What the service would keep of a purchase. */
        PurchaseTestView: {
            /** @description The conversation that it was credited to then. */
            conversation_id: string | null;
            /** @description Whether the order has been counted, and would not be again. */
            counted_before: boolean;
            /** @description Three capital letters. */
            currency: string;
            /** @description How many items it has. */
            line_items: number;
            order_id: string;
            /** Format: double */
            order_total: number;
        };
        /** @description Something that was bought. The shop's page told so; nobody vouches for it. */
        PurchaseView: {
            at: string;
            /** @description The conversation that it is credited to. */
            conversation_id: string;
            currency: string;
            order_id: string;
            /** Format: double */
            total: number;
        };
        /** @description What was bought in one currency, and credited to conversations. */
        PurchasesView: {
            /** Format: int64 */
            count: number;
            /**
             * Format: int64
             * @description How many in the time before.
             */
            count_before: number;
            /** @description How many in each step. */
            counts: number[];
            currency: string;
            /** Format: double */
            sum: number;
            /** Format: double */
            sum_before: number;
            /** @description What they cost together, in each step. */
            sums: number[];
        };
        /** @description A question. */
        QuestionBody: {
            /** @description What a customer might ask; 500 characters of it count. */
            query: string;
        };
        /** @description How far a visitor has read. */
        ReadBody: {
            /**
             * Format: int64
             * @description The number of the last message that was on the screen.
             */
            seq: number;
        };
        /** @description Whether the service can work. */
        ReadyView: {
            /** @description What does not work although the service does. */
            degraded: string[];
            /** @description Why not, where it cannot. */
            reason?: string | null;
            /** @description `ready` or `unavailable`. */
            status: string;
        };
        /** @description How many identify calls ended with one refusal. */
        ReasonCount: {
            /** Format: int64 */
            count: number;
            message: string;
            reason: string;
            remedy: string;
        };
        RegistrationPartsView: {
            authenticatorData: string;
            clientDataJSON: string;
            publicKey: string;
            /** Format: int64 */
            publicKeyAlgorithm: number;
        };
        /** @description What a browser says of a new passkey: of its `RegistrationResponseJSON`, what is looked at. */
        RegistrationView: {
            id: string;
            response: components["schemas"]["RegistrationPartsView"];
        };
        /** @description Another name. */
        RenameBody: {
            /** @description 1 to 100 characters. */
            name: string;
        };
        /** @description More of a reply that is being written: the data of `delta`. */
        ReplyDelta: {
            /** @description How many characters come before it. */
            offset: number;
            /** @description The id of the message that it becomes. */
            reply_id: string;
            text: string;
        };
        /** @description A reply that there will not be, unless it is asked for again: the data of `reply_failed`. */
        ReplyFailed: {
            reply_id: string;
        };
        /** @description What a page of the shop reports. */
        ReportBody: {
            /** @description `private_key_in_page`; anything else is ignored. */
            kind: string;
            /** @description The page's address without query and fragment, at most 500 characters. */
            page: string;
        };
        /** @description What a browser asks for a passkey by. */
        RequestOptionsView: {
            challenge: string;
            rpId: string;
            /** Format: int64 */
            timeout: number;
            userVerification: string;
        };
        /** @description A new password, by the token of a link. */
        ResetBody: {
            password: string;
            token: string;
        };
        /** @description Whether there is a mail server that a link could be sent by. */
        ResetView: {
            mail: boolean;
        };
        /** @description What a rule would delete, and how it goes with the one that is saved. */
        RetentionView: {
            /**
             * Format: int64
             * @description Conversations that the rule which was asked about would delete now.
             */
            conversations: number;
            /** @description When something was last deleted. */
            deleted_at: string | null;
            /**
             * Format: int64
             * @description How many conversations, then.
             */
            deleted_conversations: number;
            /**
             * Format: int64
             * @description How many typed leads, then.
             */
            deleted_leads: number;
            /** @description When it is next looked for what is old by the saved rule; null where nothing is ever deleted. */
            due_at: string | null;
            /**
             * Format: int64
             * @description Typed leads that it would delete now.
             */
            leads: number;
            /**
             * Format: int64
             * @description It is counted up to so many: so many can be more.
             */
            most_counted: number;
        };
        /** @description How long a key goes on. */
        RetireBody: {
            /**
             * Format: int64
             * @description Seconds for which it still verifies: 0 to 604,800; 86,400 where it is not given.
             * @default null
             */
            grace_seconds: number | null;
        };
        /** @description Whether a key may be retired without a customer noticing, and why. */
        RetirementView: {
            /** @description A sentence. */
            message: string;
            safe: boolean;
        };
        /** @description How many identities ended. */
        Revoked: {
            revoked: number;
        };
        /** @description What a member may do. */
        RoleBody: {
            role: components["schemas"]["RoleView"];
        };
        /**
         * @description What an operator may do: everything; all about chats, keys included; read and answer conversations.
         * @enum {string}
         */
        RoleView: "owner" | "editor" | "member";
        /** @description Whether everybody needs a second factor. */
        RuleBody: {
            required: boolean;
        };
        /** @description A message. */
        SaidBody: {
            author: components["schemas"]["SpeakerBody"];
            text: string;
        };
        /** @description The password is right, and not enough: one of these is asked for. */
        SecondFactorView: {
            second_factor: components["schemas"]["FactorsView"];
        };
        /** @description A secret, shown this once. */
        SecretView: {
            secret: string;
        };
        /** @description What an operator proves themselves with, and where they are signed in. */
        SecurityView: {
            passkeys: components["schemas"]["PasskeyView"][];
            /** @description Whether browsers make passkeys for the address that the service is called by: not for numbers. */
            passkeys_possible: boolean;
            /**
             * Format: int64
             * @description Recovery codes that are left.
             */
            recovery_codes: number;
            /** @description Whether the account asks for a second factor. */
            second_factor_required: boolean;
            sessions: components["schemas"]["OwnSessionView"][];
            /** @description Whether there is an authenticator app. */
            totp: boolean;
        };
        /** @description How far. */
        SeenBody: {
            /**
             * Format: int64
             * @description The number of the last message that was on the screen.
             */
            seq: number;
        };
        /** @description It was kept. */
        SeenView: {
            success: boolean;
        };
        SelectionView: {
            requireResidentKey: boolean;
            residentKey: string;
            userVerification: string;
        };
        /** @description A message to send. */
        SendBody: {
            /** @description The sender's own name for it, 1 to 128 printable ASCII characters: sending it again changes nothing. */
            client_id: string;
            /** @description 1 to 4,000 characters. */
            text: string;
            /** @description True: it was written by a verified customer; where the visitor is not one any more, it is refused (403) and not kept. */
            verified?: boolean;
        };
        /** @description A message that was kept. */
        SentView: {
            conversation_id: string;
            message: components["schemas"]["MessageView"];
        };
        /** @description Something that is counted. */
        SeriesView: {
            /**
             * Format: int64
             * @description How many there were in the time before, as far as this one has come.
             */
            before: number;
            /** @description One for each step. */
            counts: number[];
            /** @description Of a reason: what is wrong, in a sentence. */
            meaning: string | null;
            /** @description As in `leads.typed`, or `refusals.` and the code of a reason. */
            name: string;
            /**
             * Format: int64
             * @description All of them together.
             */
            total: number;
        };
        /** @description Who is signed in. */
        SessionView: {
            account: components["schemas"]["AccountView"];
            operator: components["schemas"]["OperatorView"];
            /** @description The account asks for a second factor, and the operator has none: until one is set up, nothing else can be done. */
            second_factor_missing: boolean;
            /** @description What the operator proves themselves with; where there is none, with the password. */
            second_factors: components["schemas"]["FactorsView"];
        };
        /** @description A chat's settings. */
        SettingsView: {
            /** @description By name, as in `identification.session`; of a secret, `{"set": bool}`. */
            settings: Record<string, unknown>;
        };
        /** @description A page of the shop. */
        SiteCheckBody: {
            /** @description On the public internet, with https. */
            url: string;
        };
        /** @description What was found in a page. */
        SiteCheckView: {
            findings: components["schemas"]["FindingView"][];
            /** Format: int32 */
            status: number;
            /** @description Where the page is in the end. */
            url: string;
        };
        SiteView: {
            id: string;
            name: string;
        };
        /** @description A source with its documents. */
        SourceDetail: {
            /** @description Those that failed first. */
            documents: components["schemas"]["DocumentView"][];
            meta: components["schemas"]["PageMeta"];
            source: components["schemas"]["SourceView"];
        };
        /** @description A text, a file or an address to read up. */
        SourceView: {
            /**
             * Format: int64
             * @description Of how many bytes of text.
             */
            bytes: number;
            /** @description When its state changed. */
            changed_at: string;
            /** @description RFC 3339. */
            created_at: string;
            /**
             * Format: int64
             * @description Of these, failed.
             */
            failed: number;
            /**
             * Format: int64
             * @description How many pages were found this time.
             */
            found: number;
            id: string;
            /** @description `text`, `file`, `page`, `linked_pages` or `sitemap`. */
            kind: string;
            name: string;
            /** @description Why it failed, or what was left out. */
            note: string | null;
            /**
             * Format: int64
             * @description How many passages can be found in a search.
             */
            passages: number;
            /**
             * Format: int64
             * @description Of these, read.
             */
            read: number;
            /** @description `waiting`, `running`, `done`, `failed` or `stopped`. */
            state: string;
            /** @description Its address; `null` of a text or a file. */
            url: string | null;
        };
        /**
         * @description Who said it.
         * @enum {string}
         */
        SpeakerBody: "visitor" | "assistant";
        /** @description What identifying with a token would keep. */
        StoredView: {
            additional_attributes: Record<string, unknown>;
            /** @description `new` or `known`. */
            customer: string;
            customer_id: string | null;
            email: string;
            first_name: string | null;
            /**
             * Format: int64
             * @description How long the identity would hold.
             */
            identity_seconds: number;
            last_name: string | null;
            /** @description Whether another customer has the same email. */
            shares_email: boolean;
            stable_id: string | null;
        };
        /** @description Whether it worked. */
        Success: {
            success: boolean;
        };
        /** @description A text. */
        TextBody: {
            /** @description What it is called: 1 to 200 characters. */
            name: string;
            /** @description Plain text, or Markdown where it has headings (`# …`). */
            text: string;
        };
        /** @description A conversation, and who reads it. */
        ThreadView: {
            conversation: components["schemas"]["ConversationRef"] | null;
            /** @description There, and true, where the visitor may write only after it was identified. */
            identification_required?: boolean | null;
            lead_form: components["schemas"]["LeadForm"] | null;
            messages: components["schemas"]["MessageView"][];
            /** @description The name of the person who answers in the assistant's place; not there where that is nobody. */
            operator?: string | null;
            /**
             * Format: int64
             * @description The number of the last message that the visitor has seen; not there before there is a conversation.
             */
            read_seq?: number | null;
            visitor: components["schemas"]["VisitorView"];
        };
        /** @description The token of an invitation's link. */
        TokenBody: {
            token: string;
        };
        /** @description It was told. */
        Told: {
            success: boolean;
        };
        /** @description The identify calls of the last hours, counted. */
        Totals: {
            /** @description Most first. */
            by_reason: components["schemas"]["ReasonCount"][];
            /** Format: int64 */
            hours: number;
            /** Format: int64 */
            refused: number;
            /** Format: int64 */
            verified: number;
        };
        /** @description A new secret for an authenticator app. It is no second factor until a code of it was given. */
        TotpView: {
            picture: components["schemas"]["PictureView"];
            /** @description In base 32, to be typed. */
            secret: string;
            /** @description What the picture says. */
            uri: string;
        };
        /** @description The whole answer. */
        TrialAnswer: {
            content: components["schemas"]["Block"][];
            text: string;
        };
        /** @description What the assistant is asked. */
        TrialBody: {
            /** @description As whom: one of the chat's customers, who is taken for verified; or nobody. */
            customer_id?: string | null;
            /** @description What was said, in order, at most 40; the last is a visitor's. */
            messages: components["schemas"]["SaidBody"][];
            /** @description Settings named `assistant.…` in place of the saved ones. */
            settings?: Record<string, unknown>;
        };
        /** @description A tool is called. */
        TrialCall: {
            /** @description JSON, it should be. */
            arguments: string;
            /** @description What the service sends beside it, by name. */
            filled: Record<string, unknown>;
            name: string;
        };
        /** @description A piece of the answer. */
        TrialDelta: {
            text: string;
        };
        /** @description There is no answer. */
        TrialFailure: {
            reason: string;
        };
        /** @description What came of the call. */
        TrialOutcome: {
            /** @description As a model is told. */
            answer: Record<string, unknown>;
        };
        /** @description Visitors who would have been turned away for one reason. */
        TurnedAwayView: {
            message: string;
            /** Format: int64 */
            messages: number;
            reason: string;
            remedy: string;
            /** Format: int64 */
            visitors: number;
        };
        /** @description A person is typing an answer: the data of `typing`. Good for some seconds. */
        Typing: {
            author_name: string;
        };
        UserView: {
            displayName: string;
            id: string;
            name: string;
        };
        /** @description Whether a chat's record is whole. */
        VerificationView: {
            /**
             * Format: int64
             * @description The number of the first entry that is not as it should be.
             */
            broken_at: number | null;
            /**
             * Format: int64
             * @description Entries in the chain.
             */
            entries: number;
            message: string;
            /**
             * Format: int64
             * @description Entries that are not sealed yet; they are within seconds.
             */
            pending: number;
            valid: boolean;
        };
        /** @description Whom the visitor is known to be. */
        VisitorView: {
            email: string | null;
            first_name: string | null;
            last_name: string | null;
            verified: boolean;
        };
        /** @description What is right about a token and yet unwise. */
        WarningView: {
            code: string;
            message: string;
        };
        /** @description What came of a test event. */
        WebhookTestView: {
            /** @description The beginning of what came back, at most 2,000 characters. */
            answer: string;
            /** @description The headers that prove who sent it. */
            headers: components["schemas"]["HeaderView"][];
            /** Format: int64 */
            milliseconds: number;
            /** @description What went wrong, where something did. */
            problem: string | null;
            /** @description What was sent. */
            sent: string;
            /**
             * Format: int32
             * @description The status of the answer, where there was one.
             */
            status: number | null;
        };
        /** @description A webhook. */
        WebhookView: {
            created_at: string;
            /** @description Of what it is told. */
            events: string[];
            /** @description Since when every delivery fails, as far as the list of them goes back. */
            failing_since: string | null;
            id: string;
            /** @description `paused`; `idle`: nothing was sent yet; `working`; `failing`. */
            state: string;
            url: string;
            /** @description Deliveries that wait, or are tried again, among the last 50. */
            waiting: number;
        };
        /** @description The webhooks of a chat. */
        WebhooksView: {
            webhooks: components["schemas"]["WebhookView"][];
        };
        /** @description What became of a call. */
        ZapierAnswer: {
            message: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type AcceptBody = components['schemas']['AcceptBody'];
export type AccountView = components['schemas']['AccountView'];
export type ActivateBody = components['schemas']['ActivateBody'];
export type ActivatedView = components['schemas']['ActivatedView'];
export type AddApiKeyBody = components['schemas']['AddApiKeyBody'];
export type AddKeyBody = components['schemas']['AddKeyBody'];
export type AddWebhookBody = components['schemas']['AddWebhookBody'];
export type AddedApiKeyView = components['schemas']['AddedApiKeyView'];
export type AddedPasskeyView = components['schemas']['AddedPasskeyView'];
export type AddedWebhookView = components['schemas']['AddedWebhookView'];
export type AddressBody = components['schemas']['AddressBody'];
export type AlertView = components['schemas']['AlertView'];
export type Alerts = components['schemas']['Alerts'];
export type AlgorithmView = components['schemas']['AlgorithmView'];
export type AnalyticsView = components['schemas']['AnalyticsView'];
export type AnswerBody = components['schemas']['AnswerBody'];
export type AnsweredView = components['schemas']['AnsweredView'];
export type ApiAssignment = components['schemas']['ApiAssignment'];
export type ApiChanged = components['schemas']['ApiChanged'];
export type ApiChat = components['schemas']['ApiChat'];
export type ApiChats = components['schemas']['ApiChats'];
export type ApiConversation = components['schemas']['ApiConversation'];
export type ApiConversationBrief = components['schemas']['ApiConversationBrief'];
export type ApiConversationDetail = components['schemas']['ApiConversationDetail'];
export type ApiConversations = components['schemas']['ApiConversations'];
export type ApiEscalation = components['schemas']['ApiEscalation'];
export type ApiKeyView = components['schemas']['ApiKeyView'];
export type ApiKeysView = components['schemas']['ApiKeysView'];
export type ApiLead = components['schemas']['ApiLead'];
export type ApiLeadDetail = components['schemas']['ApiLeadDetail'];
export type ApiLineItem = components['schemas']['ApiLineItem'];
export type ApiMessage = components['schemas']['ApiMessage'];
export type ApiMessageAnswer = components['schemas']['ApiMessageAnswer'];
export type ApiNewMessage = components['schemas']['ApiNewMessage'];
export type ApiPurchase = components['schemas']['ApiPurchase'];
export type ApiRevoked = components['schemas']['ApiRevoked'];
export type ApiThread = components['schemas']['ApiThread'];
export type ApiUser = components['schemas']['ApiUser'];
export type ApiUserAnswer = components['schemas']['ApiUserAnswer'];
export type ApiUsers = components['schemas']['ApiUsers'];
export type AskedByView = components['schemas']['AskedByView'];
export type AssignmentBody = components['schemas']['AssignmentBody'];
export type AssignmentView = components['schemas']['AssignmentView'];
export type AssistantView = components['schemas']['AssistantView'];
export type AttemptView = components['schemas']['AttemptView'];
export type AuditEntryView = components['schemas']['AuditEntryView'];
export type AuditPage = components['schemas']['AuditPage'];
export type AuthenticationPartsView = components['schemas']['AuthenticationPartsView'];
export type AuthenticationView = components['schemas']['AuthenticationView'];
export type AuthorView = components['schemas']['AuthorView'];
export type Begun = components['schemas']['Begun'];
export type Block = components['schemas']['Block'];
export type CallView = components['schemas']['CallView'];
export type ChangeBody = components['schemas']['ChangeBody'];
export type ChangeWebhookBody = components['schemas']['ChangeWebhookBody'];
export type ChatAnswer = components['schemas']['ChatAnswer'];
export type ChatDetail = components['schemas']['ChatDetail'];
export type ChatView = components['schemas']['ChatView'];
export type ChatsView = components['schemas']['ChatsView'];
export type CheckView = components['schemas']['CheckView'];
export type CodeBody = components['schemas']['CodeBody'];
export type CodesView = components['schemas']['CodesView'];
export type ColleagueView = components['schemas']['ColleagueView'];
export type ColleaguesView = components['schemas']['ColleaguesView'];
export type ConflictView = components['schemas']['ConflictView'];
export type ConflictsPage = components['schemas']['ConflictsPage'];
export type ContactView = components['schemas']['ContactView'];
export type ContactsFileBody = components['schemas']['ContactsFileBody'];
export type ContactsPage = components['schemas']['ContactsPage'];
export type ContactsQuery = components['schemas']['ContactsQuery'];
export type ContactsSearchBody = components['schemas']['ContactsSearchBody'];
export type ConversationBrief = components['schemas']['ConversationBrief'];
export type ConversationDetail = components['schemas']['ConversationDetail'];
export type ConversationItem = components['schemas']['ConversationItem'];
export type ConversationRef = components['schemas']['ConversationRef'];
export type ConversationThread = components['schemas']['ConversationThread'];
export type Conversations = components['schemas']['Conversations'];
export type ConversationsPage = components['schemas']['ConversationsPage'];
export type CreationOptionsView = components['schemas']['CreationOptionsView'];
export type CredentialView = components['schemas']['CredentialView'];
export type Credentials = components['schemas']['Credentials'];
export type CustomerAnswer = components['schemas']['CustomerAnswer'];
export type CustomerBody = components['schemas']['CustomerBody'];
export type CustomerConversation = components['schemas']['CustomerConversation'];
export type CustomerDetail = components['schemas']['CustomerDetail'];
export type CustomerExport = components['schemas']['CustomerExport'];
export type DecisionBody = components['schemas']['DecisionBody'];
export type DecisionKept = components['schemas']['DecisionKept'];
export type DecisionView = components['schemas']['DecisionView'];
export type DeliveriesView = components['schemas']['DeliveriesView'];
export type DeliveryView = components['schemas']['DeliveryView'];
export type DeviceView = components['schemas']['DeviceView'];
export type DiagnosisView = components['schemas']['DiagnosisView'];
export type DismissBody = components['schemas']['DismissBody'];
export type DocumentView = components['schemas']['DocumentView'];
export type EmailBody = components['schemas']['EmailBody'];
export type EndedView = components['schemas']['EndedView'];
export type EndpointBody = components['schemas']['EndpointBody'];
export type EntryView = components['schemas']['EntryView'];
export type EraseBody = components['schemas']['EraseBody'];
export type ErasedAnswer = components['schemas']['ErasedAnswer'];
export type ErasedView = components['schemas']['ErasedView'];
export type ErrorBody = components['schemas']['ErrorBody'];
export type ErrorDetail = components['schemas']['ErrorDetail'];
export type EscalationAnswer = components['schemas']['EscalationAnswer'];
export type EscalationBody = components['schemas']['EscalationBody'];
export type EscalationView = components['schemas']['EscalationView'];
export type ExcerptView = components['schemas']['ExcerptView'];
export type ExcerptsView = components['schemas']['ExcerptsView'];
export type ExportedConversation = components['schemas']['ExportedConversation'];
export type ExportedCustomer = components['schemas']['ExportedCustomer'];
export type ExportedDevice = components['schemas']['ExportedDevice'];
export type ExportedEntry = components['schemas']['ExportedEntry'];
export type ExportedField = components['schemas']['ExportedField'];
export type ExportedMessage = components['schemas']['ExportedMessage'];
export type ExportedNote = components['schemas']['ExportedNote'];
export type ExportedPost = components['schemas']['ExportedPost'];
export type ExportedPurchase = components['schemas']['ExportedPurchase'];
export type ExportedTyped = components['schemas']['ExportedTyped'];
export type FactorsView = components['schemas']['FactorsView'];
export type FieldView = components['schemas']['FieldView'];
export type FindingView = components['schemas']['FindingView'];
export type ForecastView = components['schemas']['ForecastView'];
export type HeaderView = components['schemas']['HeaderView'];
export type HookView = components['schemas']['HookView'];
export type HooksView = components['schemas']['HooksView'];
export type HourView = components['schemas']['HourView'];
export type HoursView = components['schemas']['HoursView'];
export type IdentificationBrief = components['schemas']['IdentificationBrief'];
export type IdentificationView = components['schemas']['IdentificationView'];
export type Identifications = components['schemas']['Identifications'];
export type IdentifyBody = components['schemas']['IdentifyBody'];
export type InboxQuery = components['schemas']['InboxQuery'];
export type InboxSearchBody = components['schemas']['InboxSearchBody'];
export type Inline = components['schemas']['Inline'];
export type InspectBody = components['schemas']['InspectBody'];
export type IntegrationView = components['schemas']['IntegrationView'];
export type IntegrationsView = components['schemas']['IntegrationsView'];
export type InvitationView = components['schemas']['InvitationView'];
export type InvitationsView = components['schemas']['InvitationsView'];
export type InviteBody = components['schemas']['InviteBody'];
export type InvitedTo = components['schemas']['InvitedTo'];
export type InvitedView = components['schemas']['InvitedView'];
export type JoinedView = components['schemas']['JoinedView'];
export type JwksJson = components['schemas']['JwksJson'];
export type JwksView = components['schemas']['JwksView'];
export type KeyReachView = components['schemas']['KeyReachView'];
export type KeySourceView = components['schemas']['KeySourceView'];
export type KeyStateView = components['schemas']['KeyStateView'];
export type KeyView = components['schemas']['KeyView'];
export type KnowledgeAddressBody = components['schemas']['KnowledgeAddressBody'];
export type KnowledgeTotalsView = components['schemas']['KnowledgeTotalsView'];
export type KnowledgeView = components['schemas']['KnowledgeView'];
export type LeadBody = components['schemas']['LeadBody'];
export type LeadForm = components['schemas']['LeadForm'];
export type LeadView = components['schemas']['LeadView'];
export type LineItemBody = components['schemas']['LineItemBody'];
export type MailStateView = components['schemas']['MailStateView'];
export type MailView = components['schemas']['MailView'];
export type MemberView = components['schemas']['MemberView'];
export type MembersView = components['schemas']['MembersView'];
export type MessageView = components['schemas']['MessageView'];
export type ModeBody = components['schemas']['ModeBody'];
export type ModeView = components['schemas']['ModeView'];
export type ModelState = components['schemas']['ModelState'];
export type NewChatBody = components['schemas']['NewChatBody'];
export type NewPasskeyBody = components['schemas']['NewPasskeyBody'];
export type NewToken = components['schemas']['NewToken'];
export type NoteView = components['schemas']['NoteView'];
export type NotedView = components['schemas']['NotedView'];
export type OperatorView = components['schemas']['OperatorView'];
export type OrderAnswer = components['schemas']['OrderAnswer'];
export type OrderBody = components['schemas']['OrderBody'];
export type OrderTestBody = components['schemas']['OrderTestBody'];
export type OrderTestView = components['schemas']['OrderTestView'];
export type OrdersView = components['schemas']['OrdersView'];
export type OriginView = components['schemas']['OriginView'];
export type OriginsView = components['schemas']['OriginsView'];
export type OwnSessionView = components['schemas']['OwnSessionView'];
export type PageMeta = components['schemas']['PageMeta'];
export type PageSeenView = components['schemas']['PageSeenView'];
export type PagesMeant = components['schemas']['PagesMeant'];
export type PartedView = components['schemas']['PartedView'];
export type PasskeyView = components['schemas']['PasskeyView'];
export type PasswordBody = components['schemas']['PasswordBody'];
export type PictureView = components['schemas']['PictureView'];
export type PieceView = components['schemas']['PieceView'];
export type PreviewBody = components['schemas']['PreviewBody'];
export type PreviewView = components['schemas']['PreviewView'];
export type ProfileBody = components['schemas']['ProfileBody'];
export type ProofBody = components['schemas']['ProofBody'];
export type PurchaseBody = components['schemas']['PurchaseBody'];
export type PurchaseTestView = components['schemas']['PurchaseTestView'];
export type PurchaseView = components['schemas']['PurchaseView'];
export type PurchasesView = components['schemas']['PurchasesView'];
export type QuestionBody = components['schemas']['QuestionBody'];
export type ReadBody = components['schemas']['ReadBody'];
export type ReadyView = components['schemas']['ReadyView'];
export type ReasonCount = components['schemas']['ReasonCount'];
export type RegistrationPartsView = components['schemas']['RegistrationPartsView'];
export type RegistrationView = components['schemas']['RegistrationView'];
export type RenameBody = components['schemas']['RenameBody'];
export type ReplyDelta = components['schemas']['ReplyDelta'];
export type ReplyFailed = components['schemas']['ReplyFailed'];
export type ReportBody = components['schemas']['ReportBody'];
export type RequestOptionsView = components['schemas']['RequestOptionsView'];
export type ResetBody = components['schemas']['ResetBody'];
export type ResetView = components['schemas']['ResetView'];
export type RetentionView = components['schemas']['RetentionView'];
export type RetireBody = components['schemas']['RetireBody'];
export type RetirementView = components['schemas']['RetirementView'];
export type Revoked = components['schemas']['Revoked'];
export type RoleBody = components['schemas']['RoleBody'];
export type RoleView = components['schemas']['RoleView'];
export type RuleBody = components['schemas']['RuleBody'];
export type SaidBody = components['schemas']['SaidBody'];
export type SecondFactorView = components['schemas']['SecondFactorView'];
export type SecretView = components['schemas']['SecretView'];
export type SecurityView = components['schemas']['SecurityView'];
export type SeenBody = components['schemas']['SeenBody'];
export type SeenView = components['schemas']['SeenView'];
export type SelectionView = components['schemas']['SelectionView'];
export type SendBody = components['schemas']['SendBody'];
export type SentView = components['schemas']['SentView'];
export type SeriesView = components['schemas']['SeriesView'];
export type SessionView = components['schemas']['SessionView'];
export type SettingsView = components['schemas']['SettingsView'];
export type SiteCheckBody = components['schemas']['SiteCheckBody'];
export type SiteCheckView = components['schemas']['SiteCheckView'];
export type SiteView = components['schemas']['SiteView'];
export type SourceDetail = components['schemas']['SourceDetail'];
export type SourceView = components['schemas']['SourceView'];
export type SpeakerBody = components['schemas']['SpeakerBody'];
export type StoredView = components['schemas']['StoredView'];
export type Success = components['schemas']['Success'];
export type TextBody = components['schemas']['TextBody'];
export type ThreadView = components['schemas']['ThreadView'];
export type TokenBody = components['schemas']['TokenBody'];
export type Told = components['schemas']['Told'];
export type Totals = components['schemas']['Totals'];
export type TotpView = components['schemas']['TotpView'];
export type TrialAnswer = components['schemas']['TrialAnswer'];
export type TrialBody = components['schemas']['TrialBody'];
export type TrialCall = components['schemas']['TrialCall'];
export type TrialDelta = components['schemas']['TrialDelta'];
export type TrialFailure = components['schemas']['TrialFailure'];
export type TrialOutcome = components['schemas']['TrialOutcome'];
export type TurnedAwayView = components['schemas']['TurnedAwayView'];
export type Typing = components['schemas']['Typing'];
export type UserView = components['schemas']['UserView'];
export type VerificationView = components['schemas']['VerificationView'];
export type VisitorView = components['schemas']['VisitorView'];
export type WarningView = components['schemas']['WarningView'];
export type WebhookTestView = components['schemas']['WebhookTestView'];
export type WebhookView = components['schemas']['WebhookView'];
export type WebhooksView = components['schemas']['WebhooksView'];
export type ZapierAnswer = components['schemas']['ZapierAnswer'];
export type $defs = Record<string, never>;
export interface operations {
    backend_chats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiChats"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    backend_conversations: {
        parameters: {
            query?: {
                /** @description From 1; 1 where it is not given. */
                page?: string;
                /** @description 1 to 100; 50 where it is not given. */
                per_page?: string;
                /** @description Only those with a message at this time (RFC 3339) or later. */
                last_message_at_since?: string;
            };
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiConversations"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    backend_conversation: {
        parameters: {
            query?: {
                /** @description From 1; 1 where it is not given. */
                message_page?: string;
                /** @description 1 to 200; 100 where it is not given. */
                message_per_page?: string;
                /** @description Only those sent at this time (RFC 3339) or later. */
                message_created_at_since?: string;
            };
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiConversationDetail"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    backend_assign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiAssignment"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiChanged"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    backend_escalate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ApiEscalation"] | null;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiChanged"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    backend_answer: {
        parameters: {
            query?: never;
            header?: {
                /** @description 1 to 90 printable ASCII characters: sent again, nothing changes */
                "Idempotency-Key"?: string | null;
            };
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiNewMessage"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiMessageAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    backend_erase_customer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomerBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasedAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    backend_export_customer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomerBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerExport"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    backend_revoke_customer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomerBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiRevoked"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    backend_users: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiUsers"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    backend_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiUserAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    zapier_create_endpoint: {
        parameters: {
            query: {
                chat_id: string;
                api_key: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EndpointBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ZapierAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ZapierAnswer"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ZapierAnswer"];
                };
            };
        };
    };
    zapier_destroy_endpoint_by_post: {
        parameters: {
            query: {
                chat_id: string;
                api_key: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EndpointBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ZapierAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ZapierAnswer"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ZapierAnswer"];
                };
            };
        };
    };
    zapier_destroy_endpoint: {
        parameters: {
            query: {
                chat_id: string;
                api_key: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EndpointBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ZapierAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ZapierAnswer"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ZapierAnswer"];
                };
            };
        };
    };
    zapier_test_connection: {
        parameters: {
            query: {
                chat_id: string;
                api_key: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ZapierAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ZapierAnswer"];
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
        };
    };
    list_audit: {
        parameters: {
            query?: {
                /** @description Those of this operator. */
                operator?: string;
                /** @description Those of this kind. */
                kind?: string;
                /** @description Those of this time and later, RFC 3339. */
                since?: string;
                /** @description Those of before this time, RFC 3339. */
                until?: string;
                /** @description Those before the entry with this id: the last one of the page before. */
                before?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    export_audit: {
        parameters: {
            query?: {
                /** @description Those of this operator. */
                operator?: string;
                /** @description Those of this kind. */
                kind?: string;
                /** @description Those of this time and later, RFC 3339. */
                since?: string;
                /** @description Those of before this time, RFC 3339. */
                until?: string;
                /** @description Those before the entry with this id: the last one of the page before. */
                before?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_chats: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatsView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    create_chat: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewChatBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    show_chat: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatDetail"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    rename_chat: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenameBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChatAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    dismiss_alerts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DismissBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alerts"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    show_analytics: {
        parameters: {
            query?: {
                /** @description The first day (`2026-01-31`), or the beginning by RFC 3339; without it and `to`, the last seven days. */
                from?: string;
                /** @description The last day, or the end. */
                to?: string;
                /** @description Whose days: the name of a time zone, as in `Europe/Berlin`; UTC without one. */
                zone?: string;
                /** @description Of the table: what the names of the wanted columns begin with, separated by commas; all without it. */
                only?: string;
            };
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnalyticsView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    download_analytics: {
        parameters: {
            query?: {
                /** @description The first day (`2026-01-31`), or the beginning by RFC 3339; without it and `to`, the last seven days. */
                from?: string;
                /** @description The last day, or the end. */
                to?: string;
                /** @description Whose days: the name of a time zone, as in `Europe/Berlin`; UTC without one. */
                zone?: string;
                /** @description Of the table: what the names of the wanted columns begin with, separated by commas; all without it. */
                only?: string;
            };
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_api_keys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeysView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    add_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddApiKeyBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedApiKeyView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    revoke_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    preview_appearance: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    show_assistant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssistantView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    test_assistant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TrialBody"];
            };
        };
        responses: {
            /** @description events `delta` (TrialDelta), `call` (TrialCall) followed by `outcome` (TrialOutcome), and last `answer` (TrialAnswer) or `failed` (TrialFailure) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_colleagues: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ColleaguesView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_conversations: {
        parameters: {
            query?: {
                /** @description Whose turn it is. */
                show?: "all" | "needs_person" | "mine" | "unassigned";
                /** @description The id of an operator: only those that this one has. */
                assignee?: string;
                /** @description Only those that are a customer's (true), or nobody's in particular. */
                verified?: boolean;
                /** @description RFC 3339: in which something was written then or later. */
                since?: string;
                /** @description RFC 3339: the last message of which was written before. */
                until?: string;
                /** @description The `next` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationsPage"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    follow_conversations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description events `changed` (`{}`: read the list again) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    search_conversations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InboxSearchBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationsPage"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    show_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationDetail"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    assign_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssignmentBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssignmentView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    escalate_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EscalationBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EscalationAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    follow_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description events `changed` (`{}`: read the conversation again), `typing` (`{}`: its visitor types) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    answer_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnswerBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnsweredView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    note_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AnswerBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotedView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    look_up_order: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    part_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartedView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    see_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SeenBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SeenView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    type_in_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Told"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_customers: {
        parameters: {
            query?: {
                /** @description Only customers whom the shop vouched for (true), or only visitors who typed who they are. */
                verified?: boolean;
                /** @description Only those who said yes (true), or no, to marketing by email. */
                consent?: boolean;
                /** @description RFC 3339: only those known since then. */
                since?: string;
                /** @description Only those with a conversation (true), or without. */
                talks?: boolean;
                /** @description The name of an attribute of the outermost level; with `value`. */
                attribute?: string;
                /** @description Only those whose attribute is this. */
                value?: string;
                /** @description In which order. */
                order?: "newest" | "oldest" | "email";
                /** @description The `next` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactsPage"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    export_customers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ContactsFileBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    search_customers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ContactsSearchBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ContactsPage"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    show_customer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    erase_customer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EraseBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasedAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    change_customer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerAnswer"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    export_customer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerExport"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    revoke_customer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revoked"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    decide_shared_email: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecisionBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DecisionKept"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_hooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HooksView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    delete_hook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                hook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    show_identification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentificationView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    activate_identification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActivateBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActivatedView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    deactivate_identification: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentificationView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    forecast_enforcing: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ForecastView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    inspect_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InspectBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DiagnosisView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    set_jwks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddressBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentificationView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    remove_jwks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentificationView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    add_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddKeyBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentificationView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    keep_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                kid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentificationView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    show_key_reach: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                kid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyReachView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    retire_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                kid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetireBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentificationView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    revoke_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                kid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentificationView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    set_identification_mode: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModeBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IdentificationView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_identifications: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Identifications"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    follow_identifications: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description events `attempt` (`AttemptView`), `alert` and `page` (`{}`: look at the list again) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    count_identifications: {
        parameters: {
            query?: {
                /** @description 1 to 168; 24 where it is not given. The running hour is the last of them. */
                hours?: number;
            };
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HoursView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    show_integrations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IntegrationsView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    jwks_json: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JwksJson"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_knowledge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KnowledgeView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    add_knowledge_address: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KnowledgeAddressBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    add_knowledge_file: {
        parameters: {
            query: {
                /** @description With its ending, as in `returns.pdf`: 1 to 200 characters. */
                name: string;
            };
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    recrawl_knowledge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    search_knowledge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QuestionBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExcerptsView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    show_knowledge_source: {
        parameters: {
            query?: {
                /** @description From 1. */
                page?: number;
            };
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceDetail"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    remove_knowledge_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    recrawl_knowledge_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    stop_knowledge_source: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    add_knowledge_text: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TextBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SourceView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    test_orders: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrderTestBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderTestView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_origins: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OriginsView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    test_purchase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PurchaseBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PurchaseTestView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    verify_record: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VerificationView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    show_retention: {
        parameters: {
            query?: {
                /** @description Conversations are kept for so many days, 1 to 3,650; without it, for ever. */
                conversations?: number;
                /** @description The same of leads that were only typed. */
                leads?: number;
            };
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    show_settings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    change_settings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, unknown>;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SettingsView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_shared_emails: {
        parameters: {
            query?: {
                /** @description Those of whom something is decided (true), or nothing. */
                decided?: boolean;
                /** @description The `next` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConflictsPage"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    check_site: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SiteCheckBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SiteCheckView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_webhooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhooksView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    add_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddWebhookBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedWebhookView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    remove_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    change_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeWebhookBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_deliveries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveriesView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    redeliver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                webhook_id: string;
                delivery_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    renew_webhook_secret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecretView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    test_webhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                chat_id: string;
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookTestView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_invitations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitationsView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    invite: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InviteBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitedView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    accept_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    look_up_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitedTo"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    withdraw_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    renew_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitedView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    list_members: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MembersView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    require_second_factor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleBody"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    remove_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    change_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleBody"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    reset_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetBody"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordBody"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    request_password_reset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailBody"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResetView"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    show_security: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecurityView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    add_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPasskeyBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedPasskeyView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    begin_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreationOptionsView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    remove_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    renew_recovery_codes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodesView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    begin_totp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TotpView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    remove_totp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    confirm_totp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodesView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    show_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactorView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    change_profile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    confirm_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProofBody"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    sign_in_by_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AuthenticationView"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    begin_passkey_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestOptionsView"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    end_other_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EndedView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadyView"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadyView"];
                };
            };
        };
    };
    purchase_script: {
        parameters: {
            query?: {
                /** @description the chat's widget token */
                id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript": string;
                };
            };
        };
    };
    pinned_loader: {
        parameters: {
            query: {
                /** @description the chat's widget token */
                id: string;
            };
            header?: never;
            path: {
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript": string;
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript": string;
                };
            };
        };
    };
    loader: {
        parameters: {
            query: {
                /** @description the chat's widget token */
                id: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript": string;
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript": string;
                };
            };
        };
    };
    current_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                widget_token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ThreadView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    conversations: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                widget_token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversations"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                widget_token: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ThreadView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    events: {
        parameters: {
            query?: never;
            header?: {
                "Last-Event-ID"?: string | null;
            };
            path: {
                widget_token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description events `message` (`MessageView`, with an id), `delta` (`ReplyDelta`), `reply_failed` (`ReplyFailed`), `visitor` (`{}`: the identity, the lead form or who answers changed), `typing` (`Typing`) */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    identify: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                widget_token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["IdentifyBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    /** @description the seconds after which the identity lapses */
                    "Zipchat-Identity-Expires-In"?: number;
                    /** @description the visitor's new token, when it got one */
                    "Zipchat-Visitor-Token"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            /** @description refused; always the same bytes */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
        };
    };
    lead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                widget_token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeadBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                widget_token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    send: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                widget_token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SendBody"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SentView"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    new_conversation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                widget_token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    purchase: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                widget_token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PurchaseBody"];
            };
        };
        responses: {
            /** @description it was counted before */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                widget_token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadBody"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    retry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                widget_token: string;
                reply_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    report: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                widget_token: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReportBody"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    typing: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                widget_token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Success"];
                };
            };
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorBody"];
                };
            };
        };
    };
    words: {
        parameters: {
            query?: {
                /** @description languages, the most wanted first: `de-AT,en` */
                for?: string;
                /** @description `chat`, or `form`: the lead form's */
                part?: string;
            };
            header?: never;
            path: {
                widget_token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript": string;
                };
            };
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript": string;
                };
            };
        };
    };
}
