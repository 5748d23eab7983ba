/** Everything the form says, in one place for translators. */
export const words = {
  before: 'Before we begin: how can we reach you?',
  after: 'How can we reach you if you have to leave?',
  begin: 'Start the chat',
  send: 'Send',
  later: 'Not now',
  labels: {
    email: 'Email',
    first_name: 'First name',
    last_name: 'Last name',
    phone_number: 'Phone number',
    email_marketing_consent: 'Send me news and offers by email',
  } as Record<string, string>,
  optional: (label: string) => `${label} (optional)`,
  wrong: (field: string) =>
    field === 'email' ? 'Enter an email address, like name@example.com.' : 'Please check this.',
  problem: (why: string) =>
    why === 'invalid'
      ? 'That could not be accepted. Please check the email address and the phone number.'
      : why === 'rate_limited'
        ? 'That was very often. Wait a minute and try again.'
        : 'That could not be sent. Try again in a moment.',
};
