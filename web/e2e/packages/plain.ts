/** A shop without a framework, as its developer would write it. */

import { createCustomer, loadZipchat } from '@zipchat/web';

const { host, id } = document.body.dataset as { host: string; id: string };
const shop = document.getElementById('shop') as HTMLElement;
let customer: string | null = null;
const getToken = async () => (await fetch(`/token/${customer}`)).text();
const button = (name: string, press: () => void) => {
  const made = document.createElement('button');
  made.textContent = name;
  made.onclick = press;
  shop.append(made);
};

const zipchat = await loadZipchat({ host, id });
if (zipchat) {
  const follower = createCustomer(zipchat);
  const become = (who: string | null) => () => {
    customer = who;
    follower.follow(who, getToken);
  };
  button('Sign in Ada', become('Ada'));
  button('Sign in Ben', become('Ben'));
  button('Sign out', become(null));
  button('Help', () => void zipchat.open());
}
