/** Shapes of answers that the service's description does not have yet. */

export interface Erased {
  conversations: number;
  messages: number;
  devices: number;
}
