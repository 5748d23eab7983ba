/** Browsers whose CSS is written as it stands; older ones leave out what they do not know and stay usable. */
export const CSS_TARGET = ['chrome123', 'firefox120', 'safari17.5'];
