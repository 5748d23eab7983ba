//! What is known of people beside what was signed: typed by visitors, entered by operators.

use domain::id::{ChatId, LeadId, VisitorId};
use domain::lead::{Attributes, Email, Lead, PersonName};
use domain::profile::{
    EnteredBy, EnteredField, FieldName, FieldValue, PhoneNumber, Profile, TypedLead,
};
use domain::time::Timestamp;

use crate::database::sql;
use crate::rows::{in_place, rows};
use crate::{ReadTx, Result, StoreError, WriteTx};

#[derive(sqlx::FromRow)]
pub(crate) struct TypedLeadRow {
    chat_id: String,
    id: String,
    visitor_id: String,
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
    phone_number: Option<String>,
    email_marketing_consent: Option<bool>,
    created_at: i64,
    updated_at: i64,
}

#[derive(sqlx::FromRow)]
struct FieldRow {
    number: String,
    name: String,
    value: String,
    visitor_id: Option<String>,
    operator_id: Option<String>,
    entered_at: i64,
}

#[derive(sqlx::FromRow)]
struct NumberedTypedLead {
    number: String,
    #[sqlx(flatten)]
    row: TypedLeadRow,
}

impl ReadTx {
    /// What a visitor typed about itself, or `None` where it did not.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a typed lead.
    pub async fn typed_lead(
        &mut self,
        chat: &ChatId,
        visitor: &VisitorId,
    ) -> Result<Option<TypedLead>> {
        Ok(self.typed_leads(&[(chat, visitor)]).await?.pop().flatten())
    }

    /// What each of some visitors typed about itself.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a typed lead.
    pub async fn typed_leads(
        &mut self,
        visitors: &[(&ChatId, &VisitorId)],
    ) -> Result<Vec<Option<TypedLead>>> {
        let rows = rows(visitors.iter().map(|(chat, visitor)| (chat.as_str(), visitor.as_str())));
        let query = "SELECT r.number, t.chat_id, t.id, t.visitor_id, t.email, t.first_name, t.last_name, t.phone_number,
                            t.email_marketing_consent, t.created_at, t.updated_at
                     FROM (SELECT key AS number, value ->> 0 AS chat_id, value ->> 1 AS visitor_id FROM jsonb_each($1)) AS r
                     JOIN typed_leads t ON t.chat_id = r.chat_id AND t.visitor_id = r.visitor_id";
        let found: Vec<NumberedTypedLead> =
            sql!(self, db => sqlx::query_as(query).bind(rows).fetch_all(db).await?);
        let found = found.into_iter().map(|row| (row.number, TypedLead::try_from(row.row)));
        in_place(visitors.len(), found)
    }

    /// What was typed and has the id `id`, or `None` where there is nothing.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a typed lead.
    pub async fn typed_lead_with_id(
        &mut self,
        chat: &ChatId,
        id: &LeadId,
    ) -> Result<Option<TypedLead>> {
        let query = "SELECT chat_id, id, visitor_id, email, first_name, last_name, phone_number,
                            email_marketing_consent, created_at, updated_at
                     FROM typed_leads WHERE chat_id = $1 AND id = $2";
        let row: Option<TypedLeadRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(id.as_str()).fetch_optional(db).await?);
        row.map(TypedLead::try_from).transpose()
    }

    /// `lead` with what was said of them beside the tokens.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a field.
    pub async fn profile(&mut self, lead: Lead) -> Result<Profile> {
        let profile = self.profiles(vec![lead]).await?.pop();
        profile.ok_or_else(|| sqlx::Error::RowNotFound.into())
    }

    /// Each of `leads` with what was said of them beside the tokens.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a field.
    pub async fn profiles(&mut self, leads: Vec<Lead>) -> Result<Vec<Profile>> {
        let rows = rows(leads.iter().map(|lead| (lead.chat_id.to_string(), lead.id.to_string())));
        let query = "SELECT r.number, f.name, f.value, f.visitor_id, f.operator_id, f.entered_at
                     FROM (SELECT key AS number, value ->> 0 AS chat_id, value ->> 1 AS lead_id FROM jsonb_each($1)) AS r
                     JOIN lead_fields f ON f.chat_id = r.chat_id AND f.lead_id = r.lead_id
                     ORDER BY f.name, f.source";
        let fields: Vec<FieldRow> =
            sql!(self, db => sqlx::query_as(query).bind(rows).fetch_all(db).await?);
        let mut entered: Vec<Vec<EnteredField>> = leads.iter().map(|_| Vec::new()).collect();
        for field in fields {
            let place = field.number.parse().ok().and_then(|number: usize| entered.get_mut(number));
            let Some(place) = place else { continue };
            place.push(field.try_into()?);
        }
        let profiles = leads.into_iter().zip(entered);
        Ok(profiles.map(|(lead, entered)| Profile::new(lead, entered)).collect())
    }

    /// The attributes of the newest customers of a chat, at most `limit` of them.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row has no such attributes.
    pub async fn newest_attributes(
        &mut self,
        chat: &ChatId,
        limit: i64,
    ) -> Result<Vec<Attributes>> {
        let query = "SELECT attributes FROM leads WHERE chat_id = $1 ORDER BY id DESC LIMIT $2";
        let rows: Vec<String> = sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).bind(limit).fetch_all(db).await?);
        let read = |text: &String| Attributes::from_stored(text);
        rows.iter()
            .map(|text| read(text).map_err(StoreError::corrupt("leads", "attributes")))
            .collect()
    }
}

impl WriteTx {
    /// Keeps what a visitor typed about itself, or what it typed anew.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_typed_lead(&mut self, typed: &TypedLead) -> Result<()> {
        let query = "INSERT INTO typed_leads (chat_id, id, visitor_id, email, email_key, first_name, last_name,
                                              phone_number, email_marketing_consent, created_at, updated_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                     ON CONFLICT (chat_id, visitor_id) DO UPDATE SET
                        email = excluded.email, email_key = excluded.email_key, first_name = excluded.first_name,
                        last_name = excluded.last_name, phone_number = excluded.phone_number,
                        email_marketing_consent = excluded.email_marketing_consent, updated_at = excluded.updated_at,
                        search_due = TRUE";
        sql!(self, db => sqlx::query(query)
            .bind(typed.chat_id.as_str()).bind(typed.id.as_str()).bind(typed.visitor_id.as_str())
            .bind(typed.email.signed()).bind(typed.email.key().as_str())
            .bind(typed.first_name.as_ref().map(PersonName::as_str))
            .bind(typed.last_name.as_ref().map(PersonName::as_str))
            .bind(typed.phone_number.as_ref().map(PhoneNumber::as_str))
            .bind(typed.email_marketing_consent)
            .bind(typed.created_at.as_millis()).bind(typed.updated_at.as_millis())
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Makes what one visitor typed about itself what another did, who typed nothing.
    ///
    /// # Errors
    /// [`StoreError::is_taken`] when the other typed something.
    pub async fn move_typed_lead(
        &mut self,
        chat: &ChatId,
        from: &VisitorId,
        to: &VisitorId,
    ) -> Result<()> {
        let query = "UPDATE typed_leads SET visitor_id = $3 WHERE chat_id = $1 AND visitor_id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(from.as_str()).bind(to.as_str()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Removes what a visitor typed about itself.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_typed_lead(&mut self, chat: &ChatId, visitor: &VisitorId) -> Result<()> {
        if let Some(typed) = self.typed_lead(chat, visitor).await? {
            self.forget_words(chat, typed.id.as_str()).await?;
        }
        let query = "DELETE FROM typed_leads WHERE chat_id = $1 AND visitor_id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(visitor.as_str()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Keeps what was said of a customer beside the tokens; it takes the place of what the same kind of source said before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_field(
        &mut self,
        chat: &ChatId,
        lead: &LeadId,
        field: &EnteredField,
    ) -> Result<()> {
        let (source, visitor, operator) = match &field.by {
            EnteredBy::Visitor(id) => ("typed", Some(id.as_str()), None),
            EnteredBy::Operator(id) => ("operator", None, Some(id.as_str())),
        };
        let query = "INSERT INTO lead_fields (chat_id, lead_id, name, source, value, visitor_id, operator_id, entered_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                     ON CONFLICT (chat_id, lead_id, name, source) DO UPDATE SET
                        value = excluded.value, visitor_id = excluded.visitor_id,
                        operator_id = excluded.operator_id, entered_at = excluded.entered_at";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(lead.as_str()).bind(field.value.name().as_str()).bind(source)
            .bind(field.value.as_str()).bind(visitor).bind(operator).bind(field.at.as_millis())
            .execute(db).await.map(drop)?);
        self.read_lead_anew(chat, lead).await
    }

    /// Removes what an operator entered into a customer's field.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn clear_entered_field(
        &mut self,
        chat: &ChatId,
        lead: &LeadId,
        name: FieldName,
    ) -> Result<()> {
        let query = "DELETE FROM lead_fields
                     WHERE chat_id = $1 AND lead_id = $2 AND name = $3 AND source = 'operator'";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(lead.as_str()).bind(name.as_str()).execute(db).await.map(drop)?);
        self.read_lead_anew(chat, lead).await
    }

    /// Takes back from a customer what a visitor typed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn take_back_typed_fields(
        &mut self,
        chat: &ChatId,
        lead: &LeadId,
        visitor: &VisitorId,
    ) -> Result<()> {
        let query = "DELETE FROM lead_fields
                     WHERE chat_id = $1 AND lead_id = $2 AND source = 'typed' AND visitor_id = $3";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(lead.as_str()).bind(visitor.as_str()).execute(db).await.map(drop)?);
        self.read_lead_anew(chat, lead).await
    }
}

impl TryFrom<FieldRow> for EnteredField {
    type Error = StoreError;

    fn try_from(row: FieldRow) -> Result<Self> {
        let by = match (row.visitor_id, row.operator_id) {
            (Some(visitor), _) => EnteredBy::Visitor(
                visitor.parse().map_err(StoreError::corrupt("lead_fields", "visitor_id"))?,
            ),
            (None, operator) => EnteredBy::Operator(
                operator
                    .unwrap_or_default()
                    .parse()
                    .map_err(StoreError::corrupt("lead_fields", "operator_id"))?,
            ),
        };
        let name = row.name.parse().map_err(StoreError::corrupt("lead_fields", "name"))?;
        let value = FieldValue::parse(name, &row.value)
            .map_err(StoreError::corrupt("lead_fields", "value"))?;
        Ok(Self { value, by, at: Timestamp::from_millis(row.entered_at) })
    }
}

impl TryFrom<TypedLeadRow> for TypedLead {
    type Error = StoreError;

    fn try_from(row: TypedLeadRow) -> Result<Self> {
        let corrupt = |column| {
            StoreError::corrupt::<domain::lead::ParsePersonNameError>("typed_leads", column)
        };
        Ok(Self {
            chat_id: row.chat_id.parse().map_err(StoreError::corrupt("typed_leads", "chat_id"))?,
            id: row.id.parse().map_err(StoreError::corrupt("typed_leads", "id"))?,
            visitor_id: row
                .visitor_id
                .parse()
                .map_err(StoreError::corrupt("typed_leads", "visitor_id"))?,
            email: row
                .email
                .parse::<Email>()
                .map_err(StoreError::corrupt("typed_leads", "email"))?,
            first_name: row
                .first_name
                .map(|name| name.parse())
                .transpose()
                .map_err(corrupt("first_name"))?,
            last_name: row
                .last_name
                .map(|name| name.parse())
                .transpose()
                .map_err(corrupt("last_name"))?,
            phone_number: row
                .phone_number
                .map(|number| number.parse())
                .transpose()
                .map_err(StoreError::corrupt("typed_leads", "phone_number"))?,
            email_marketing_consent: row.email_marketing_consent,
            created_at: Timestamp::from_millis(row.created_at),
            updated_at: Timestamp::from_millis(row.updated_at),
        })
    }
}
