/** What the browser does about passkeys: it asks the device, and the device asks its owner. */

import { t } from './i18n';

/** The device was asked, and nothing came of it; the message is for people. */
export class PasskeyFailure extends Error {
  override name = 'PasskeyFailure';
}

export function hasPasskeys(): boolean {
  return (
    typeof PublicKeyCredential === 'function' &&
    'parseCreationOptionsFromJSON' in PublicKeyCredential
  );
}

/** Has a passkey made. Throws a `PasskeyFailure`. */
export async function makePasskey(
  options: PublicKeyCredentialCreationOptionsJSON,
): Promise<RegistrationResponseJSON> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const made = await ask(() => navigator.credentials.create({ publicKey }));
  return made.toJSON() as RegistrationResponseJSON;
}

/** Asks for a passkey. Throws a `PasskeyFailure`. */
export async function usePasskey(
  options: PublicKeyCredentialRequestOptionsJSON,
): Promise<AuthenticationResponseJSON> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const used = await ask(() => navigator.credentials.get({ publicKey }));
  return used.toJSON() as AuthenticationResponseJSON;
}

async function ask(device: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await device();
    if (credential) return credential as PublicKeyCredential;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new PasskeyFailure(words(error.name));
  }
  throw new PasskeyFailure(words('NotAllowedError'));
}

function words(name: string): string {
  switch (name) {
    case 'InvalidStateError':
      return t('This device has a passkey of yours already.');
    case 'SecurityError':
      return t(
        'Passkeys belong to one address. Open the dashboard by the address that the service is set up with.',
      );
    case 'NotSupportedError':
    case 'ConstraintError':
      return t(
        'This device cannot make sure who is there, which a passkey needs: set up a screen lock, or use another device.',
      );
    default:
      return t('No passkey was given: it was cancelled, or took too long.');
  }
}
