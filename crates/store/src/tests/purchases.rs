use std::time::Duration;

use domain::purchase::{LineItem, Purchase, PurchaseDetails};

use super::conversations::a_conversation;
use super::*;
use crate::database::sql;

both!(an_order_is_counted_once_and_is_its_conversations, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let (one, two) = (a_conversation(&mut tx, &chat).await, a_conversation(&mut tx, &chat).await);
    let item = LineItem { id: "tea".to_owned(), title: "Tea".to_owned(), price: 0.1, quantity: 3.0 };
    let details = PurchaseDetails { order_total: 0.3, currency: "EUR".to_owned(), line_items: vec![item] };
    let purchase = |order: &str, at: Timestamp| Purchase {
        chat_id: chat.clone(),
        order_id: order.parse().unwrap(),
        conversation_id: one.id.clone(),
        details: details.clone(),
        created_at: at,
    };
    let (early, late) = (purchase("7", NOW), purchase("8", NOW + Duration::from_secs(1)));
    assert!(tx.add_purchase(&early).await.unwrap());
    assert!(!tx.add_purchase(&early).await.unwrap());
    assert!(tx.add_purchase(&late).await.unwrap());
    assert!(tx.add_order_of_nobody(&chat, &"9".parse().unwrap(), NOW).await.unwrap());
    assert!(!tx.add_purchase(&purchase("9", NOW)).await.unwrap());
    assert_eq!(tx.purchases(&one).await.unwrap(), [early.clone(), late.clone()]);
    assert_eq!(tx.purchase(&chat, &early.order_id).await.unwrap().as_ref(), Some(&early));
    assert_eq!(tx.purchase(&chat, &"9".parse().unwrap()).await.unwrap(), None);
    for (order, counted) in [("7", true), ("9", true), ("10", false)] {
        assert_eq!(tx.is_counted(&chat, &order.parse().unwrap()).await.unwrap(), counted, "{order}");
    }
    tx.move_purchases(&one, late.created_at, Some(&two.id)).await.unwrap();
    assert_eq!(tx.purchases(&one).await.unwrap(), std::slice::from_ref(&early));
    let moved = Purchase { conversation_id: two.id.clone(), ..late.clone() };
    assert_eq!(tx.purchases(&two).await.unwrap(), [moved]);
    tx.move_purchases(&two, NOW, None).await.unwrap();
    assert_eq!(tx.purchases(&two).await.unwrap(), []);
    assert!(!tx.add_purchase(&late).await.unwrap());
    tx.delete_conversation(&one).await.unwrap();
    assert!(tx.add_purchase(&Purchase { conversation_id: two.id.clone(), ..early }).await.unwrap());
});

both!(what_is_nobodys_is_forgotten_after_30_days, store => {
    let chat = a_chat(&store).await.id;
    let mut tx = store.write(Scope::Chat(&chat)).await.unwrap();
    let order = "7".parse().unwrap();
    tx.add_order_of_nobody(&chat, &order, NOW).await.unwrap();
    for (days, kept) in [(30, 1), (31, 0)] {
        tx.sweep(NOW + Duration::from_hours(24 * days)).await.unwrap();
        let read: &mut crate::ReadTx = &mut tx;
        let count: i64 =
            sql!(read, db => sqlx::query_scalar("SELECT COUNT(*) FROM purchases").fetch_one(db).await.unwrap());
        assert_eq!(count, kept, "{days}");
    }
});
