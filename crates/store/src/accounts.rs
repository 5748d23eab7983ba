//! Accounts and their operators.

use domain::account::{Account, AccountName, Operator, OperatorName, Role};
use domain::id::{AccountId, OperatorId};
use domain::lead::EmailKey;
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

#[derive(sqlx::FromRow)]
struct AccountRow {
    id: String,
    name: String,
    second_factor_required: bool,
    created_at: i64,
}

#[derive(sqlx::FromRow)]
pub(crate) struct OperatorRow {
    account_id: String,
    id: String,
    email: String,
    name: Option<String>,
    role: String,
    password_hash: String,
    created_at: i64,
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    #[sqlx(flatten)]
    operator: OperatorRow,
    has_second_factor: bool,
    last_seen_at: Option<i64>,
}

/// An operator, as the list of an account's people shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub operator: Operator,
    /// Whether they have a second factor.
    pub has_second_factor: bool,
    /// When they were last there, in a session that lasts.
    pub last_seen_at: Option<Timestamp>,
}

/// An operator, with what a password is compared with.
#[derive(Debug, Clone)]
pub struct OperatorCredentials {
    /// Who.
    pub operator: Operator,
    /// The password's hash, as a PHC string.
    pub password_hash: String,
}

impl ReadTx {
    /// The account named `name`, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be an account.
    pub async fn account_named(&mut self, name: &AccountName) -> Result<Option<Account>> {
        let query =
            "SELECT id, name, second_factor_required, created_at FROM accounts WHERE name = $1";
        let row: Option<AccountRow> =
            sql!(self, db => sqlx::query_as(query).bind(name.as_str()).fetch_optional(db).await?);
        row.map(Account::try_from).transpose()
    }

    /// The account `id`, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be an account.
    pub async fn account(&mut self, id: &AccountId) -> Result<Option<Account>> {
        let query =
            "SELECT id, name, second_factor_required, created_at FROM accounts WHERE id = $1";
        let row: Option<AccountRow> =
            sql!(self, db => sqlx::query_as(query).bind(id.as_str()).fetch_optional(db).await?);
        row.map(Account::try_from).transpose()
    }

    /// The operator who signs in with `email`, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the row cannot be an operator.
    pub async fn operator_with_email(
        &mut self,
        email: &EmailKey,
    ) -> Result<Option<OperatorCredentials>> {
        let query =
            "SELECT o.account_id, o.id, o.email, o.name, o.role, o.password_hash, o.created_at
                     FROM operator_emails e
                     JOIN operators o ON o.account_id = e.account_id AND o.id = e.operator_id
                     WHERE e.email_key = $1";
        let row: Option<OperatorRow> =
            sql!(self, db => sqlx::query_as(query).bind(email.as_str()).fetch_optional(db).await?);
        row.map(OperatorCredentials::try_from).transpose()
    }

    /// The operator `id` of `account`, or `None` where there is none, or no more.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the row cannot be an operator.
    pub async fn operator(
        &mut self,
        account: &AccountId,
        id: &OperatorId,
    ) -> Result<Option<OperatorCredentials>> {
        let query = "SELECT account_id, id, email, name, role, password_hash, created_at
                     FROM operators WHERE account_id = $1 AND id = $2 AND removed_at IS NULL";
        let row: Option<OperatorRow> = sql!(self, db => sqlx::query_as(query)
            .bind(account.as_str()).bind(id.as_str()).fetch_optional(db).await?);
        row.map(OperatorCredentials::try_from).transpose()
    }

    /// Who `id` is or was: for the name beside what they wrote, whether or not they were removed since.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the row cannot be an operator.
    pub async fn operator_or_former(
        &mut self,
        account: &AccountId,
        id: &OperatorId,
    ) -> Result<Option<Operator>> {
        let query = "SELECT account_id, id, email, name, role, password_hash, created_at
                     FROM operators WHERE account_id = $1 AND id = $2";
        let row: Option<OperatorRow> = sql!(self, db => sqlx::query_as(query)
            .bind(account.as_str()).bind(id.as_str()).fetch_optional(db).await?);
        row.map(|row| Ok(OperatorCredentials::try_from(row)?.operator)).transpose()
    }

    /// The operators of an account, the first one first; at most 1,000.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be an operator.
    pub async fn operators(&mut self, account: &AccountId) -> Result<Vec<Operator>> {
        let query = "SELECT account_id, id, email, name, role, password_hash, created_at
                     FROM operators WHERE account_id = $1 AND removed_at IS NULL ORDER BY created_at, id LIMIT 1000";
        let rows: Vec<OperatorRow> = sql!(self, db => sqlx::query_as(query)
            .bind(account.as_str()).fetch_all(db).await?);
        rows.into_iter().map(|row| Ok(OperatorCredentials::try_from(row)?.operator)).collect()
    }

    /// The operators of an account, as [`ReadTx::operators`], with what else their list shows.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be an operator.
    pub async fn members(&mut self, account: &AccountId) -> Result<Vec<Member>> {
        let query = "SELECT o.account_id, o.id, o.email, o.name, o.role, o.password_hash, o.created_at,
                            (EXISTS (SELECT 1 FROM totps t WHERE t.account_id = o.account_id AND t.operator_id = o.id
                                     AND t.confirmed_at IS NOT NULL)
                             OR EXISTS (SELECT 1 FROM passkeys p WHERE p.account_id = o.account_id AND p.operator_id = o.id))
                                AS has_second_factor,
                            (SELECT MAX(COALESCE(s.last_seen_at, s.created_at)) FROM sessions s
                             WHERE s.account_id = o.account_id AND s.operator_id = o.id) AS last_seen_at
                     FROM operators o WHERE o.account_id = $1 AND o.removed_at IS NULL
                     ORDER BY o.created_at, o.id LIMIT 1000";
        let rows: Vec<MemberRow> = sql!(self, db => sqlx::query_as(query)
            .bind(account.as_str()).fetch_all(db).await?);
        rows.into_iter().map(Member::try_from).collect()
    }

    /// How many owners an account has.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_owners(&mut self, account: &AccountId) -> Result<i64> {
        let query = "SELECT COUNT(*) FROM operators WHERE account_id = $1 AND role = 'owner' AND removed_at IS NULL";
        Ok(sql!(self, db => sqlx::query_scalar(query).bind(account.as_str()).fetch_one(db).await?))
    }
}

impl WriteTx {
    /// Keeps a new account.
    ///
    /// # Errors
    /// [`StoreError::is_taken`] when the name is.
    pub async fn add_account(&mut self, account: &Account) -> Result<()> {
        let query = "INSERT INTO accounts (id, name, created_at, second_factor_required) VALUES ($1, $2, $3, $4)";
        sql!(self, db => sqlx::query(query)
            .bind(account.id.as_str()).bind(account.name.as_str()).bind(account.created_at.as_millis())
            .bind(account.second_factor_required)
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Keeps a new operator.
    ///
    /// # Errors
    /// [`StoreError::is_taken`] when the email is.
    pub async fn add_operator(&mut self, new: &OperatorCredentials) -> Result<()> {
        let operator = &new.operator;
        let query =
            "INSERT INTO operators (account_id, id, email, role, password_hash, created_at, name)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)";
        sql!(self, db => sqlx::query(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).bind(operator.email.signed())
            .bind(operator.role.as_str()).bind(&new.password_hash).bind(operator.created_at.as_millis())
            .bind(operator.name.as_ref().map(OperatorName::as_str))
            .execute(db).await.map(drop)?);
        let query =
            "INSERT INTO operator_emails (email_key, account_id, operator_id) VALUES ($1, $2, $3)";
        sql!(self, db => sqlx::query(query)
            .bind(operator.email.key().as_str()).bind(operator.account_id.as_str()).bind(operator.id.as_str())
            .execute(db).await.map(drop)?);
        Ok(())
    }
}

impl WriteTx {
    /// Gives an operator a name that customers see, or none.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_operator_name(
        &mut self,
        operator: &Operator,
        name: Option<&OperatorName>,
    ) -> Result<()> {
        let query = "UPDATE operators SET name = $3 WHERE account_id = $1 AND id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).bind(name.map(OperatorName::as_str))
            .execute(db).await.map(drop)?);
        Ok(())
    }
}

impl WriteTx {
    /// Keeps whether everybody in an account needs a second factor.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_second_factor_required(&mut self, account: &Account) -> Result<()> {
        let query = "UPDATE accounts SET second_factor_required = $2 WHERE id = $1";
        sql!(self, db => sqlx::query(query)
            .bind(account.id.as_str()).bind(account.second_factor_required).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Changes what an operator may do.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_role(&mut self, operator: &Operator, role: Role) -> Result<()> {
        let query = "UPDATE operators SET role = $3 WHERE account_id = $1 AND id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).bind(role.as_str())
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Keeps another password of an operator.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_password(&mut self, operator: &Operator, password_hash: &str) -> Result<()> {
        let query = "UPDATE operators SET password_hash = $3 WHERE account_id = $1 AND id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).bind(password_hash)
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Removes an operator: nobody signs in as them any more, their sessions and second factors are gone, and conversations that
    /// were theirs are the assistant's again. Their name stays beside what they wrote.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remove_operator(&mut self, operator: &Operator, now: Timestamp) -> Result<()> {
        for query in [
            "DELETE FROM operator_emails WHERE account_id = $1 AND operator_id = $2",
            "DELETE FROM sessions WHERE account_id = $1 AND operator_id = $2",
            "DELETE FROM password_resets WHERE account_id = $1 AND operator_id = $2",
            "DELETE FROM totps WHERE account_id = $1 AND operator_id = $2",
            "DELETE FROM passkeys WHERE account_id = $1 AND operator_id = $2",
            "DELETE FROM recovery_codes WHERE account_id = $1 AND operator_id = $2",
            "UPDATE conversations SET assignee_id = NULL
             WHERE chat_id IN (SELECT id FROM chats WHERE account_id = $1) AND assignee_id = $2",
        ] {
            sql!(self, db => sqlx::query(query)
                .bind(operator.account_id.as_str()).bind(operator.id.as_str()).execute(db).await.map(drop)?);
        }
        let query = "UPDATE operators SET removed_at = $3, password_hash = '' WHERE account_id = $1 AND id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(operator.account_id.as_str()).bind(operator.id.as_str()).bind(now.as_millis())
            .execute(db).await.map(drop)?);
        Ok(())
    }
}

impl TryFrom<MemberRow> for Member {
    type Error = StoreError;

    fn try_from(row: MemberRow) -> Result<Self> {
        Ok(Self {
            operator: OperatorCredentials::try_from(row.operator)?.operator,
            has_second_factor: row.has_second_factor,
            last_seen_at: row.last_seen_at.map(Timestamp::from_millis),
        })
    }
}

impl TryFrom<AccountRow> for Account {
    type Error = StoreError;

    fn try_from(row: AccountRow) -> Result<Self> {
        Ok(Self {
            id: row.id.parse().map_err(StoreError::corrupt("accounts", "id"))?,
            name: row.name.parse().map_err(StoreError::corrupt("accounts", "name"))?,
            second_factor_required: row.second_factor_required,
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}

impl TryFrom<OperatorRow> for OperatorCredentials {
    type Error = StoreError;

    fn try_from(row: OperatorRow) -> Result<Self> {
        let operator = Operator {
            account_id: row
                .account_id
                .parse()
                .map_err(StoreError::corrupt("operators", "account_id"))?,
            id: row.id.parse().map_err(StoreError::corrupt("operators", "id"))?,
            email: row.email.parse().map_err(StoreError::corrupt("operators", "email"))?,
            name: row
                .name
                .map(|name| name.parse().map_err(StoreError::corrupt("operators", "name")))
                .transpose()?,
            role: row.role.parse().map_err(StoreError::corrupt("operators", "role"))?,
            created_at: Timestamp::from_millis(row.created_at),
        };
        Ok(Self { operator, password_hash: row.password_hash })
    }
}
