import { useState } from 'preact/hooks';
import {
  changeRole,
  listMembers,
  type Member,
  type Members,
  type Role,
  removeMember,
  requireSecondFactor,
} from '../../../api/account';
import { ActionError, useAction } from '../action';
import { announce } from '../announce';
import { fullDate } from '../format';
import { rich, t } from '../i18n';
import { Avatar } from '../parts/avatar';
import { Confirm } from '../parts/confirm';
import { Failure } from '../parts/failure';
import { Skeleton } from '../parts/skeleton';
import { Ago } from '../parts/time';
import { type Resource, useResource } from '../resource';
import { mayManage, session } from '../session';
import { Invitations } from './invitations';
import { ROLE_MEANINGS, ROLE_NAMES, ROLES } from './roles';

/** The people of the account, and who was asked to join. */
export default function MembersPart() {
  const members = useResource('members', listMembers);
  // What stands below a list waits for it, or it would be pushed down.
  if (!members.value && !members.error) return <Skeleton rows={6} of={t('people')} />;
  return (
    <>
      <section class="card section" aria-labelledby="members-heading">
        <h2 id="members-heading">{t('Members')}</h2>
        {!mayManage.value && (
          <p class="notice">{t('Owners invite and remove people, and change their roles.')}</p>
        )}
        {members.value ? (
          <ul class="programs">
            {members.value.members.map((member) => (
              <MemberRow key={member.id} member={member} changed={members.reload} />
            ))}
          </ul>
        ) : (
          members.error && <Failure error={members.error} retry={members.reload} />
        )}
        <dl class="facts role-facts">
          {ROLES.map((role) => (
            <div key={role}>
              <dt>{t(ROLE_NAMES[role])}</dt>
              <dd>{t(ROLE_MEANINGS[role])}</dd>
            </div>
          ))}
        </dl>
      </section>
      {mayManage.value && <Invitations />}
      {mayManage.value && members.value && <Rule members={members} value={members.value} />}
    </>
  );
}

function MemberRow({ member, changed }: { member: Member; changed: () => void }) {
  const [asking, setAsking] = useState(false);
  const isOwn = member.id === session.value?.operator.id;
  const remove = async () => {
    await removeMember(member.id);
    announce(t('{email} is removed.', { email: member.email }));
    changed();
  };
  return (
    <li class="program member">
      <Avatar name={member.name} seed={member.email} />
      <div>
        <p class="member-name">
          <strong dir="auto">{member.name}</strong>
          {isOwn && <span class="badge">{t('You')}</span>}
          {member.second_factor && <span class="badge good">{t('Second factor')}</span>}
        </p>
        <p class="soft">{member.email}</p>
        <p class="soft">
          {member.last_seen_at
            ? rich('Here {ago}', { ago: <Ago at={member.last_seen_at} /> })
            : t('Since {date}, not signed in now', { date: fullDate(member.created_at) })}
        </p>
      </div>
      {mayManage.value ? (
        <div class="member-actions">
          <RoleField member={member} changed={changed} />
          <button type="button" class="button small danger" onClick={() => setAsking(true)}>
            {t('Remove')}
            <span class="unseen"> {member.email}</span>
          </button>
        </div>
      ) : (
        <span class="badge">{t(ROLE_NAMES[member.role])}</span>
      )}
      {asking && (
        <Confirm
          title={t('Remove {name}?', { name: member.name })}
          keep={t('Keep them')}
          verb={t('Yes, remove them')}
          verbing={t('Removing…')}
          danger
          act={remove}
          onClose={() => setAsking(false)}
        >
          <p>
            {t(
              'They are signed out everywhere at once, and conversations that were theirs go back to the assistant. What they wrote stays, with their name.',
            )}
          </p>
        </Confirm>
      )}
    </li>
  );
}

function RoleField({ member, changed }: { member: Member; changed: () => void }) {
  const action = useAction();
  const choose = async (role: Role) => {
    const done = await action.run(() => changeRole(member.id, role));
    if (done) announce(t('{email} has another role.', { email: member.email }));
    changed();
  };
  return (
    <>
      <select
        class="input role-field"
        aria-label={t('Role of {email}', { email: member.email })}
        value={member.role}
        disabled={action.busy}
        onChange={(event) => void choose(event.currentTarget.value as Role)}
      >
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {t(ROLE_NAMES[role])}
          </option>
        ))}
      </select>
      <ActionError error={action.error} />
    </>
  );
}

/** Whether everybody needs a second factor. */
function Rule({ members, value }: { members: Resource<Members>; value: Members }) {
  const action = useAction();
  const without = value.members.filter((member) => !member.second_factor).length;
  const change = async (required: boolean) => {
    await action.run(() => requireSecondFactor(required));
    await members.reload();
  };
  return (
    <section class="card section" aria-labelledby="rule-heading">
      <h2 id="rule-heading">{t('Second factor for everybody')}</h2>
      <label class="check-field">
        <input
          type="checkbox"
          checked={value.second_factor_required}
          disabled={action.busy}
          onChange={(event) => void change(event.currentTarget.checked)}
        />
        <span>
          {t('Everybody in this account needs a second factor')}
          <span class="soft">
            {t(
              'Who has none is asked to set one up right after signing in, and can do nothing else before.',
            )}{' '}
            {t(
              '{count, plural, =0 {Everybody has one.} one {# person has none yet.} other {# people have none yet.}}',
              { count: without },
            )}
          </span>
        </span>
      </label>
      <ActionError error={action.error} />
    </section>
  );
}
