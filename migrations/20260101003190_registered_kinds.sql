-- Every kind of notification and letter: a line each. What is not registered here (or by a later migration) can be
-- neither told nor sent, and a test looks for it in all of supabase/schemas.
insert into public.notification_kinds (kind, is_transactional, media, description) values
  ('order_confirmed', true, '{in_app,email,text,push}', 'Your order is confirmed'),
  ('order_processing', true, '{in_app,email}', 'Your order is being prepared'),
  ('order_shipped', true, '{in_app,email,text,push}', 'Your order is on its way, or ready to be picked up'),
  ('order_delivered', true, '{in_app,email,push}', 'Your order was delivered'),
  ('order_cancelled', true, '{in_app,email,text,push}', 'Your order was cancelled'),
  ('order_placed_store', true, '{email,text}', 'Your store has a new order');

insert into public.notification_kinds (kind, is_transactional, media, description) values
  ('payment_failed', true, '{in_app,email,text,push}', 'Your payment did not go through'),
  ('payment_refunded_late', true, '{in_app,email,text,push}', 'Your payment came too late and goes back to you'),
  ('payment_disputed', true, '{in_app,push}', 'A customer of your store disputes a payment'),
  ('refund_requested', true, '{in_app,push}', 'A refund waits for your store''s decision'),
  ('refund_approved', true, '{in_app,push}', 'Your refund was approved'),
  ('refund_rejected', true, '{in_app,email,text,push}', 'Your refund was declined'),
  ('refund_succeeded', true, '{in_app,email,text,push}', 'Your refund is on its way'),
  ('refund_failed', true, '{in_app,email,text,push}', 'Your refund could not be paid out');

insert into public.notification_kinds (kind, is_transactional, media, description) values
  ('store_pending', true, '{in_app,push}', 'Your store waits for approval'),
  ('store_active', true, '{in_app,push}', 'Your store was approved'),
  ('store_suspended', true, '{in_app,push}', 'Your store was suspended'),
  ('store_closed', true, '{in_app,push}', 'Your store was closed by the marketplace'),
  ('invitation', true, '{email}', 'You are invited to work for a store');

insert into public.notification_kinds (kind, is_transactional, media, send_within, description) values
  ('low_stock', false, '{in_app,email,push}', '1 day', 'A product of your store is running low'),
  ('back_in_stock', false, '{in_app,email,push}', '1 day', 'A product that you waited for is back'),
  ('abandoned_cart', false, '{email}', '3 days', 'You left something in your cart');

insert into public.notification_kinds (kind, is_transactional, media, description) values
  ('alert', true, '{email,text}', 'Something of the marketplace needs a person');

insert into public.notification_kinds (kind, is_transactional, media, description) values
  ('booking_confirmed', true, '{in_app,email,text,push}', 'Your appointment is confirmed'),
  ('booking_requested', true, '{in_app,email,push}', 'Your appointment waits for the store''s answer'),
  ('booking_moved', true, '{in_app,email,text,push}', 'Your appointment has moved'),
  ('booking_cancelled', true, '{in_app,email,text,push}', 'Your appointment was cancelled'),
  ('booking_declined', true, '{in_app,email,text,push}', 'Your appointment was declined'),
  ('booking_lapsed', true, '{in_app,email,text,push}', 'Your appointment was not answered in time'),
  ('booking_refunded_late', true, '{in_app,email,text,push}', 'Your payment came too late and goes back to you'),
  ('booking_offer', true, '{in_app,email,text,push}', 'A time that you wait for is kept for you'),
  ('booking_confirmed_store', true, '{email,text}', 'Your store has a new appointment'),
  ('booking_requested_store', true, '{email,text}', 'An appointment waits for your store''s answer'),
  ('booking_moved_store', true, '{email,text}', 'A customer moved an appointment at your store'),
  ('booking_cancelled_store', true, '{email,text}', 'A customer cancelled an appointment at your store');

insert into public.notification_kinds (kind, is_transactional, media, send_within, description) values
  ('booking_reminder', false, '{in_app,email,text,push}', '12 hours', 'An appointment of yours is near');

insert into public.notification_kinds (kind, is_transactional, media, description) values
  ('review_received', false, '{in_app,push}', 'Your store has a new review'),
  ('review_answered', false, '{in_app,push}', 'A store answered your review'),
  ('review_hidden', true, '{in_app,push}', 'Your review was hidden'),
  ('review_appeal_rejected', true, '{in_app,push}', 'Your appeal about a review was decided'),
  ('review_restored', true, '{in_app,push}', 'A review is visible again'),
  ('review_decision', true, '{email}', 'A decision about your review, with its reasons'),
  ('report_decided', true, '{in_app}', 'What came of a review that you reported');

insert into public.notification_kinds (kind, is_transactional, media, send_within, description) values
  ('review_request', false, '{email}', '7 days', 'You received something that you may review');

insert into public.notification_kinds (kind, is_transactional, media, description) values
  ('message_received', false, '{in_app,push}', 'Somebody wrote to you, or to your store'),
  ('unread_messages', false, '{email}', 'What you have not read');

insert into public.notification_kinds (kind, is_transactional, media, description) values
  ('payout_paid', true, '{in_app,push}', 'Money of your store is on its bank account'),
  ('payout_failed', true, '{in_app,push}', 'A payout of your store failed or came back'),
  ('payout_account_restricted', true, '{in_app,push}', 'The payment provider restricts your store''s account'),
  ('webhook_disabled', true, '{email}', 'A webhook endpoint of your store was switched off');
