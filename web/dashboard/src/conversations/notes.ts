import type { Message, Note } from '../../../api/dashboard';

/**
 * The notes in their places among the messages: those at `n` were written before message `n`, those
 * at the end after the last. Of one moment, the message is first.
 */
export function placeNotes(messages: readonly Message[], notes: readonly Note[]): Note[][] {
  const places: Note[][] = [...messages, null].map(() => []);
  for (const note of notes) {
    const at = Date.parse(note.created_at);
    const next = messages.findIndex((message) => Date.parse(message.sent_at) > at);
    places[next === -1 ? messages.length : next]?.push(note);
  }
  return places;
}
