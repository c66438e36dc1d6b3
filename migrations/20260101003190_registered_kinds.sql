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
