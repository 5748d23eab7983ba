/** An element with its properties, attributes that are reflected among them. */
export function make(tag: string, properties: object): HTMLElement {
  return Object.assign(document.createElement(tag), properties);
}
