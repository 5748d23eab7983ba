import { useId, useState } from 'preact/hooks';
import {
  type Invitation,
  type Invited,
  invite,
  listInvitations,
  type Role,
  renewInvitation,
  withdrawInvitation,
} from '../../../api/account';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { fullDate } from '../format';
import { msg, t } from '../i18n';
import { CopyButton } from '../parts/copy-button';
import { Dialog } from '../parts/dialog';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { useResource } from '../resource';
import { ROLE_NAMES, ROLES } from './roles';

const MAILS: Readonly<Record<string, string>> = {
  off: msg('Hand over the link yourself: there is no mail server.'),
  waiting: msg('The mail is on its way.'),
  sent: msg('Sent by mail.'),
  failed: msg('The mail was not taken: hand over the link yourself.'),
};

/** Who was asked to join, and asking. */
export function Invitations() {
  const invitations = useResource('invitations', listInvitations);
  const [shown, setShown] = useState<Invited | null>(null);
  const came = (invited: Invited) => {
    setShown(invited);
    void invitations.reload();
  };
  const { value } = invitations;
  return (
    <section class="card section" aria-labelledby="invitations-heading">
      <h2 id="invitations-heading">{t('Invitations')}</h2>
      <p>{t('An invitation lets one person in, once, within 7 days.')}</p>
      <InviteForm came={came} />
      {value ? (
        value.invitations.length > 0 ? (
          <ul class="programs">
            {value.invitations.map((invitation) => (
              <InvitationRow
                key={invitation.id}
                invitation={invitation}
                renewed={came}
                changed={invitations.reload}
              />
            ))}
          </ul>
        ) : (
          <p class="soft">{t('Nobody is invited at the moment.')}</p>
        )
      ) : invitations.error ? (
        <Failure error={invitations.error} retry={invitations.reload} />
      ) : (
        <Skeleton rows={1} of={t('invitations')} />
      )}
      {shown && <LinkDialog invited={shown} onClose={() => setShown(null)} />}
    </section>
  );
}

function InviteForm({ came }: { came: (invited: Invited) => void }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('member');
  const action = useAction();
  const id = useId();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (action.busy || !email.trim()) return;
    await action.run(async () => {
      came(await invite(email.trim(), role));
      setEmail('');
    });
  };
  return (
    <form class="invite-form" onSubmit={submit} noValidate>
      <div class="field">
        <label for={`${id}-email`}>{t('Email address')}</label>
        <input
          id={`${id}-email`}
          class="input"
          type="email"
          autocomplete="off"
          value={email}
          onInput={(event) => setEmail(event.currentTarget.value)}
        />
      </div>
      <div class="field">
        <label for={`${id}-role`}>{t('Role')}</label>
        <select
          id={`${id}-role`}
          class="input"
          value={role}
          onChange={(event) => setRole(event.currentTarget.value as Role)}
        >
          {ROLES.map((one) => (
            <option key={one} value={one}>
              {t(ROLE_NAMES[one])}
            </option>
          ))}
        </select>
      </div>
      <button type="submit" class="button primary" disabled={action.busy}>
        {action.busy ? t('Inviting…') : t('Invite')}
      </button>
      <ActionError error={action.error} />
    </form>
  );
}

interface RowProps {
  invitation: Invitation;
  renewed: (invited: Invited) => void;
  changed: () => void;
}

function InvitationRow({ invitation, renewed, changed }: RowProps) {
  const action = useAction();
  const { id, email, role, expired, expires_at: until, mail } = invitation;
  const renew = () => action.run(async () => renewed(await renewInvitation(id)));
  const withdraw = () =>
    action.run(async () => {
      await withdrawInvitation(id);
      announce(t('The invitation of {email} is withdrawn.', { email }));
      changed();
    });
  return (
    <li class="program">
      <div>
        <p class="member-name">
          <strong>{email}</strong>
          <span class="badge">{t(ROLE_NAMES[role])}</span>
          {expired && <span class="badge warn">{t('Lapsed')}</span>}
        </p>
        <p class="soft">
          {expired
            ? t('Lapsed on {date}', { date: fullDate(until) })
            : t('Until {date}', { date: fullDate(until) })}
        </p>
        {!expired && <p class="soft">{t(MAILS[mail] ?? mail)}</p>}
        <ActionError error={action.error} />
      </div>
      <div class="button-row">
        <button type="button" class="button small" disabled={action.busy} onClick={renew}>
          {t('New link')}
          <span class="unseen"> {email}</span>
        </button>
        <button type="button" class="button small danger" disabled={action.busy} onClick={withdraw}>
          {t('Withdraw')}
          <span class="unseen"> {email}</span>
        </button>
      </div>
    </li>
  );
}

/** The link is shown this once: only its hash is kept. */
function LinkDialog({ invited, onClose }: { invited: Invited; onClose: () => void }) {
  const { link, invitation } = invited;
  return (
    <Dialog
      title={t('The link for {email}', { email: invitation.email })}
      onDismiss={onClose}
      actions={
        <button type="button" class="button primary" onClick={onClose}>
          {t('Done')}
        </button>
      }
    >
      <p>
        {invitation.mail === 'off'
          ? t('Hand it over yourself. It is shown this once, and lets in whoever has it.')
          : t('It is mailed, too. It is shown this once, and lets in whoever has it.')}
      </p>
      <div class="copy-line">
        <input class="input" readOnly value={link} aria-label={t('Invitation link')} />
        <CopyButton text={link} of={t('invitation link')} />
      </div>
    </Dialog>
  );
}
