/**
 * The page of a shop that does not exist, for the real widget with a draft of settings. The dashboard writes the draft
 * behind the `#` of this page's address; the loader and the chat find it in `zipchatDraft`. Whatever the chat asks its
 * service, this page answers: its policy would let no call out.
 */
(() => {
  const draft = JSON.parse(decodeURIComponent(location.hash.slice(1)));
  window.zipchatDraft = draft;
  const { documentElement: page } = document;
  page.lang = draft.chat.language;
  page.dir = draft.rtl ? 'rtl' : 'ltr';
  page.style.colorScheme = draft.dark ? 'dark' : 'light';

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    body { margin: 0; padding: 24px; background: light-dark(#fff, #101218); }
    i { display: block; border-radius: 8px; background: light-dark(#eceef3, #22262f); }
    .bar { block-size: 24px; inline-size: 45%; margin-block-end: 24px; }
    .goods { display: grid; grid-template-columns: repeat(auto-fill, minmax(120px, 1fr)); gap: 16px; }
    .goods i { block-size: 130px; }
  `);
  document.adoptedStyleSheets = [sheet];
  const make = (name, ...children) => {
    const element = document.createElement(name ? 'div' : 'i');
    element.className = name;
    element.append(...children);
    return element;
  };
  const bar = make('');
  bar.className = 'bar';
  const goods = make('goods', ...Array.from({ length: 9 }, () => make('')));
  const shop = document.createElement('main');
  shop.ariaHidden = 'true';
  shop.append(bar, goods);
  document.body.prepend(shop);

  // Whoever writes in the form beside this page keeps writing there: the focus moves only for who is in this page.
  const { focus } = HTMLElement.prototype;
  HTMLElement.prototype.focus = function (options) {
    if (document.hasFocus()) focus.call(this, options);
  };
  for (const name of ['show', 'showModal']) {
    const moving = HTMLDialogElement.prototype[name];
    HTMLDialogElement.prototype[name] = function () {
      if (document.hasFocus()) moving.call(this);
      else this.open = true;
    };
  }

  const messages = [];
  const say = (author, text) => {
    const message = {
      id: `m${messages.length}`,
      seq: messages.length + 1,
      author,
      author_name: null,
      text,
      content: [],
      sent_at: new Date().toISOString(),
      verified: false,
    };
    messages.push(message);
    return message;
  };
  for (const [author, text] of draft.messages ?? []) say(author, text);
  let line;
  const tell = (message) => {
    const text = `event: message\nid: ${message.id}\ndata: ${JSON.stringify(message)}\n\n`;
    line?.enqueue(new TextEncoder().encode(text));
  };
  const json = (body, status = 200) => new Response(JSON.stringify(body), { status });
  const visitor = { verified: false, email: null, first_name: null, last_name: null };
  const answers = {
    conversation: () =>
      json({ conversation: messages.length ? { id: 'c' } : null, visitor, messages }),
    conversations: () => json({ conversations: [] }),
    new_conversation() {
      messages.length = 0;
      return json({ visitor_token: 'preview-visitor-token-0123456789' });
    },
    messages({ text }) {
      const message = say('visitor', text);
      tell(message);
      setTimeout(() => tell(say('assistant', draft.reply)), 900);
      return json({ conversation_id: 'c', message }, 201);
    },
    events: () =>
      new Response(
        new ReadableStream({
          start(controller) {
            line = controller;
          },
        }),
        { headers: { 'Content-Type': 'text/event-stream' } },
      ),
  };
  window.fetch = async (address, init = {}) => {
    const path = String(address).split('/').at(-1);
    const body = typeof init.body === 'string' ? JSON.parse(init.body) : {};
    return answers[path]?.(body) ?? json({ success: true });
  };

  // The loader is the next script; the dashboard shows this page when it is drawn.
  addEventListener('DOMContentLoaded', () => {
    const { origin } = new URL(document.URL);
    const drawn = () => parent.postMessage('zipchat:drawn', origin);
    if (draft.closed) return drawn();
    window.Zipchat.on('open', drawn);
    window.Zipchat.open();
  });
})();
