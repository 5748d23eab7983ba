import type { Role } from '../../../api/account';
import { msg } from '../i18n';

export const ROLES: readonly Role[] = ['owner', 'editor', 'member'];

export const ROLE_NAMES: Readonly<Record<Role, string>> = {
  owner: msg('Owner'),
  editor: msg('Editor'),
  member: msg('Member'),
};

export const ROLE_MEANINGS: Readonly<Record<Role, string>> = {
  owner: msg('Everything, people included.'),
  editor: msg('Everything about chats, keys included.'),
  member: msg('Reads and answers conversations; sees no keys.'),
};
