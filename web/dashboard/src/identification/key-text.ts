/** The private key in the forms in which backends keep it. */

/** The variable that every code sample reads. */
export const KEY_VARIABLE = 'ZIPCHAT_PRIVATE_KEY';

/**
 * One line for an environment file: the PEM in double quotes, its line breaks written as `\n`.
 * PEM has no character that would need another escape.
 */
export function environmentLine(pem: string): string {
  const lines = pem.trim().split(/\r?\n/);
  return `${KEY_VARIABLE}="${lines.join('\\n')}\\n"`;
}

/** A file name that says what the file is and which key it holds. */
export function keyFileName(kid: string): string {
  return `zipchat-private-key-${kid.replace(/[^\w.-]/g, '_')}.pem`;
}
