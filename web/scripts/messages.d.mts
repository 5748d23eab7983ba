/** Each text of the dashboard, with the first file that has it. */
export function messages(): Map<string, string>;
export function catalog(language: string): Record<string, string>;
