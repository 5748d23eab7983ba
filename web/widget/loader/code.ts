/** Fetches a module. A script element instead would not be allowed on pages with trusted types. */
export const fetchCode = (address: string) => import(/* @vite-ignore */ address);
