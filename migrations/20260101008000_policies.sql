-- Written by `npm run policies` from the files in policies/. Change those, not this.

-- policies/public.addresses.sql
-- public.addresses: a customer sees and edits their own. Members of a store see the copy in an order, not this.
drop policy if exists addresses_select on public.addresses;
create policy addresses_select on public.addresses
  for select to authenticated
  using (user_id = (select auth.uid()));
comment on policy addresses_select on public.addresses is
  'Your own addresses.';

drop policy if exists addresses_insert on public.addresses;
create policy addresses_insert on public.addresses
  for insert to authenticated
  with check (user_id = (select auth.uid()));
comment on policy addresses_insert on public.addresses is
  'For yourself; the column is not granted, its default is you.';

drop policy if exists addresses_update on public.addresses;
create policy addresses_update on public.addresses
  for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));
comment on policy addresses_update on public.addresses is
  'Your own addresses.';

drop policy if exists addresses_delete on public.addresses;
create policy addresses_delete on public.addresses
  for delete to authenticated
  using (user_id = (select auth.uid()));
comment on policy addresses_delete on public.addresses is
  'Your own addresses.';

-- policies/public.audit_log.sql
-- public.audit_log: operators see all, an owner what happened in their store. Nobody writes it directly.
drop policy if exists audit_log_select on public.audit_log;
create policy audit_log_select on public.audit_log
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes(array['owner'])), false)
  );
comment on policy audit_log_select on public.audit_log is
  'Owners: their store; platform admins: everything.';

-- policies/public.back_in_stock_requests.sql
-- public.back_in_stock_requests: a customer sees and edits their own.
drop policy if exists back_in_stock_requests_select on public.back_in_stock_requests;
create policy back_in_stock_requests_select on public.back_in_stock_requests
  for select to authenticated
  using (user_id = (select auth.uid()));
comment on policy back_in_stock_requests_select on public.back_in_stock_requests is
  'Your own requests.';

drop policy if exists back_in_stock_requests_insert on public.back_in_stock_requests;
create policy back_in_stock_requests_insert on public.back_in_stock_requests
  for insert to authenticated
  with check (
    user_id = (select auth.uid())
    and exists (select from public.product_variants where product_variants.id = back_in_stock_requests.variant_id)
  );
comment on policy back_in_stock_requests_insert on public.back_in_stock_requests is
  'For yourself, variants you can see.';

drop policy if exists back_in_stock_requests_delete on public.back_in_stock_requests;
create policy back_in_stock_requests_delete on public.back_in_stock_requests
  for delete to authenticated
  using (user_id = (select auth.uid()));
comment on policy back_in_stock_requests_delete on public.back_in_stock_requests is
  'Your own requests.';

-- policies/public.cart_coupons.sql
-- public.cart_coupons: coupons on one's own carts.
drop policy if exists cart_coupons_select_authenticated on public.cart_coupons;
create policy cart_coupons_select_authenticated on public.cart_coupons
  for select to authenticated
  using (
    cart_id in (select carts.id from public.carts where carts.user_id = (select auth.uid()))
  );
comment on policy cart_coupons_select_authenticated on public.cart_coupons is
  'Customers see the coupons on their own carts.';

-- policies/public.cart_items.sql
-- public.cart_items: lines of one's own carts; changed while the cart is active.
drop policy if exists cart_items_select_authenticated on public.cart_items;
create policy cart_items_select_authenticated on public.cart_items
  for select to authenticated
  using (
    cart_id in (select carts.id from public.carts where carts.user_id = (select auth.uid()))
  );
comment on policy cart_items_select_authenticated on public.cart_items is
  'Customers see the lines of their own carts.';

drop policy if exists cart_items_update_authenticated on public.cart_items;
create policy cart_items_update_authenticated on public.cart_items
  for update to authenticated
  using (
    cart_id in (
      select carts.id from public.carts
      where carts.user_id = (select auth.uid()) and carts.status = 'active'
    )
  )
  with check (
    cart_id in (
      select carts.id from public.carts
      where carts.user_id = (select auth.uid()) and carts.status = 'active'
    )
  );
comment on policy cart_items_update_authenticated on public.cart_items is
  'Customers change quantities in their active cart.';

drop policy if exists cart_items_delete_authenticated on public.cart_items;
create policy cart_items_delete_authenticated on public.cart_items
  for delete to authenticated
  using (
    cart_id in (
      select carts.id from public.carts
      where carts.user_id = (select auth.uid()) and carts.status = 'active'
    )
  );
comment on policy cart_items_delete_authenticated on public.cart_items is
  'Customers remove lines from their active cart.';

-- policies/public.carts.sql
-- public.carts: a customer's own; a visitor's cart is reached through functions and its token only.
drop policy if exists carts_select_authenticated on public.carts;
create policy carts_select_authenticated on public.carts
  for select to authenticated
  using (user_id = (select auth.uid()));
comment on policy carts_select_authenticated on public.carts is
  'Customers see their own carts.';

-- policies/public.categories.sql
-- public.categories: shared by all stores, no secret in it. Written by functions only.
drop policy if exists categories_select on public.categories;
create policy categories_select on public.categories
  for select to anon, authenticated
  using (true);
comment on policy categories_select on public.categories is
  'Everyone may read the categories.';

-- policies/public.checkouts.sql
-- public.checkouts: seen by whoever pressed the button.
drop policy if exists checkouts_select_authenticated on public.checkouts;
create policy checkouts_select_authenticated on public.checkouts
  for select to authenticated
  using (
    user_id = (select auth.uid())
    or (select private.is_platform_admin())
  );
comment on policy checkouts_select_authenticated on public.checkouts is
  'Customers see their own checkouts, platform admins all. Stores see orders, not what else was bought.';

-- policies/public.countries.sql
-- public.countries: reference data, no secret in it.
drop policy if exists countries_select on public.countries;
create policy countries_select on public.countries
  for select to anon, authenticated
  using (true);
comment on policy countries_select on public.countries is
  'Everyone may read the countries.';

-- policies/public.coupon_redemptions.sql
-- public.coupon_redemptions: who used which coupon.
drop policy if exists coupon_redemptions_select_authenticated on public.coupon_redemptions;
create policy coupon_redemptions_select_authenticated on public.coupon_redemptions
  for select to authenticated
  using (
    user_id = (select auth.uid())
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy coupon_redemptions_select_authenticated on public.coupon_redemptions is
  'Customers see their own uses, members those of their stores'' coupons, platform admins all.';

-- policies/public.coupons.sql
-- public.coupons: codes are known to those who made them; customers type them, they do not list them.
drop policy if exists coupons_select_authenticated on public.coupons;
create policy coupons_select_authenticated on public.coupons
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy coupons_select_authenticated on public.coupons is
  'Members see their stores'' coupons, platform admins all.';

drop policy if exists coupons_insert_authenticated on public.coupons;
create policy coupons_insert_authenticated on public.coupons
  for insert to authenticated
  with check (
    array[coalesce(store_id, '00000000-0000-0000-0000-000000000000')] && (select private.my_scopes(array['owner', 'manager']))
  );
comment on policy coupons_insert_authenticated on public.coupons is
  'Owners and managers make coupons for their stores, platform admins for the platform.';

drop policy if exists coupons_update_authenticated on public.coupons;
create policy coupons_update_authenticated on public.coupons
  for update to authenticated
  using (
    array[coalesce(store_id, '00000000-0000-0000-0000-000000000000')] && (select private.my_scopes(array['owner', 'manager']))
  )
  with check (
    array[coalesce(store_id, '00000000-0000-0000-0000-000000000000')] && (select private.my_scopes(array['owner', 'manager']))
  );
comment on policy coupons_update_authenticated on public.coupons is
  'Owners and managers change their stores'' coupons, platform admins the platform''s.';

-- policies/public.currencies.sql
-- public.currencies: reference data, no secret in it.
drop policy if exists currencies_select on public.currencies;
create policy currencies_select on public.currencies
  for select to anon, authenticated
  using (true);
comment on policy currencies_select on public.currencies is 'Everyone may read the currencies.';

-- policies/public.discounts.sql
-- public.discounts: the public sees what is in force; members everything of their store, owner and managers write.
drop policy if exists discounts_select_anon on public.discounts;
create policy discounts_select_anon on public.discounts
  for select to anon
  using (
    is_active
    and (starts_at is null or starts_at <= now())
    and (ends_at is null or ends_at > now())
    and exists (select from public.stores where stores.id = discounts.store_id)
    and (product_id is null or exists (select from public.products where products.id = discounts.product_id))
  );
comment on policy discounts_select_anon on public.discounts is
  'Discounts in force at stores you can see, on products you can see.';

drop policy if exists discounts_select_authenticated on public.discounts;
create policy discounts_select_authenticated on public.discounts
  for select to authenticated
  using (
    (
      is_active
      and (starts_at is null or starts_at <= now())
      and (ends_at is null or ends_at > now())
      and exists (select from public.stores where stores.id = discounts.store_id)
      and (product_id is null or exists (select from public.products where products.id = discounts.product_id))
    )
    or array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
  );
comment on policy discounts_select_authenticated on public.discounts is
  'Discounts in force on what you can see, and all of the stores you work for.';

drop policy if exists discounts_insert on public.discounts;
create policy discounts_insert on public.discounts
  for insert to authenticated
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy discounts_insert on public.discounts is
  'Owner and managers; the foreign key keeps product and store together.';

drop policy if exists discounts_update on public.discounts;
create policy discounts_update on public.discounts
  for update to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])))
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy discounts_update on public.discounts is
  'Owner and managers.';

drop policy if exists discounts_delete on public.discounts;
create policy discounts_delete on public.discounts
  for delete to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy discounts_delete on public.discounts is
  'Owner and managers; past orders hold copies.';

-- policies/public.dispute_shares.sql
-- public.dispute_shares: what a store may lose. The customer has begun it, and hears of it from the bank.
drop policy if exists dispute_shares_select_authenticated on public.dispute_shares;
create policy dispute_shares_select_authenticated on public.dispute_shares
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy dispute_shares_select_authenticated on public.dispute_shares is
  'Members see the shares of the stores they work for, platform admins all.';

-- policies/public.disputes.sql
-- public.disputes: one may be about several stores at once, so only whoever runs the marketplace sees the whole.
drop policy if exists disputes_select_authenticated on public.disputes;
create policy disputes_select_authenticated on public.disputes
  for select to authenticated
  using (
    (select private.is_platform_admin())
  );
comment on policy disputes_select_authenticated on public.disputes is
  'Platform admins see disputes; stores see their dispute_shares.';

-- policies/public.notifications.sql
-- public.notifications: letters to one person.
drop policy if exists notifications_select_authenticated on public.notifications;
create policy notifications_select_authenticated on public.notifications
  for select to authenticated
  using (user_id = (select auth.uid()));
comment on policy notifications_select_authenticated on public.notifications is
  'People see their own notifications.';

drop policy if exists notifications_update_authenticated on public.notifications;
create policy notifications_update_authenticated on public.notifications
  for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));
comment on policy notifications_update_authenticated on public.notifications is
  'People mark their own notifications as read.';

drop policy if exists notifications_delete_authenticated on public.notifications;
create policy notifications_delete_authenticated on public.notifications
  for delete to authenticated
  using (user_id = (select auth.uid()));
comment on policy notifications_delete_authenticated on public.notifications is
  'People delete their own notifications.';

-- policies/public.order_events.sql
-- public.order_events: the history of orders are seen by both sides of the sale, and by nobody else's store.
drop policy if exists order_events_select_authenticated on public.order_events;
create policy order_events_select_authenticated on public.order_events
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy order_events_select_authenticated on public.order_events is
  'Customers see the history of orders of their own, members those of their stores, platform admins all.';

-- policies/public.order_lines.sql
-- public.order_lines: lines of orders are seen by both sides of the sale, and by nobody else's store.
drop policy if exists order_lines_select_authenticated on public.order_lines;
create policy order_lines_select_authenticated on public.order_lines
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy order_lines_select_authenticated on public.order_lines is
  'Customers see lines of orders of their own, members those of their stores, platform admins all.';

-- policies/public.orders.sql
-- public.orders: orders are seen by both sides of the sale, and by nobody else's store.
drop policy if exists orders_select_authenticated on public.orders;
create policy orders_select_authenticated on public.orders
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy orders_select_authenticated on public.orders is
  'Customers see orders of their own, members those of their stores, platform admins all.';

-- policies/public.payments.sql
-- public.payments: a payment may be for several stores at once, so only its payer sees it.
drop policy if exists payments_select_authenticated on public.payments;
create policy payments_select_authenticated on public.payments
  for select to authenticated
  using (
    user_id = (select auth.uid())
    or (select private.is_platform_admin())
  );
comment on policy payments_select_authenticated on public.payments is
  'Customers see their own payments, platform admins all.';

-- policies/public.product_media.sql
-- public.product_media: visible with their product; owner and managers of the store arrange them.
drop policy if exists product_media_select_anon on public.product_media;
create policy product_media_select_anon on public.product_media
  for select to anon
  using (is_listed);
comment on policy product_media_select_anon on public.product_media is
  'Pictures of listed products.';

drop policy if exists product_media_select_authenticated on public.product_media;
create policy product_media_select_authenticated on public.product_media
  for select to authenticated
  using (
    is_listed
    or array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
  );
comment on policy product_media_select_authenticated on public.product_media is
  'Pictures of listed products, and of all products of the stores you work for; platform admins see every one.';

drop policy if exists product_media_insert on public.product_media;
create policy product_media_insert on public.product_media
  for insert to authenticated
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy product_media_insert on public.product_media is
  'Owner and managers; the foreign key keeps product and store together.';

drop policy if exists product_media_update on public.product_media;
create policy product_media_update on public.product_media
  for update to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])))
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy product_media_update on public.product_media is
  'Owner and managers.';

drop policy if exists product_media_delete on public.product_media;
create policy product_media_delete on public.product_media
  for delete to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy product_media_delete on public.product_media is
  'Owner and managers.';

-- policies/public.product_options.sql
-- public.product_options: visible with their product.
drop policy if exists product_options_select_anon on public.product_options;
create policy product_options_select_anon on public.product_options
  for select to anon
  using (is_listed);
comment on policy product_options_select_anon on public.product_options is
  'Options of listed products.';

drop policy if exists product_options_select_authenticated on public.product_options;
create policy product_options_select_authenticated on public.product_options
  for select to authenticated
  using (
    is_listed
    or array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
  );
comment on policy product_options_select_authenticated on public.product_options is
  'Options of listed products, and of all products of the stores you work for; platform admins see every one.';

-- policies/public.product_variants.sql
-- public.product_variants: visible with their product.
drop policy if exists product_variants_select_anon on public.product_variants;
create policy product_variants_select_anon on public.product_variants
  for select to anon
  using (deleted_at is null and is_listed);
comment on policy product_variants_select_anon on public.product_variants is
  'Variants of listed products.';

drop policy if exists product_variants_select_authenticated on public.product_variants;
create policy product_variants_select_authenticated on public.product_variants
  for select to authenticated
  using (
    deleted_at is null
    and (is_listed or array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()))
  );
comment on policy product_variants_select_authenticated on public.product_variants is
  'Variants of listed products, and of all products of the stores you work for; platform admins see every one.';

-- policies/public.products.sql
-- public.products: the public sees listed ones; members all of their store's that are not deleted.
drop policy if exists products_select_anon on public.products;
create policy products_select_anon on public.products
  for select to anon
  using (is_listed);
comment on policy products_select_anon on public.products is
  'Visitors see listed products.';

drop policy if exists products_select_authenticated on public.products;
create policy products_select_authenticated on public.products
  for select to authenticated
  using (
    is_listed
    or array[case when deleted_at is null then store_id end, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
  );
comment on policy products_select_authenticated on public.products is
  'Listed products, your store''s in any state; platform admins see every one.';

drop policy if exists products_update on public.products;
create policy products_update on public.products
  for update to authenticated
  using (
    deleted_at is null
    and array[store_id] && (select private.my_scopes(array['owner', 'manager']))
  )
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy products_update on public.products is
  'Owner and managers; the grant leaves name and description.';

-- policies/public.profiles.sql
-- public.profiles: a person sees and edits their own; operators see all.
drop policy if exists profiles_select on public.profiles;
create policy profiles_select on public.profiles
  for select to authenticated
  using (
    id = (select auth.uid())
    or (select private.is_platform_admin())
  );
comment on policy profiles_select on public.profiles is
  'Your own profile; platform admins see every one.';

drop policy if exists profiles_update on public.profiles;
create policy profiles_update on public.profiles
  for update to authenticated
  using (id = (select auth.uid()))
  with check (id = (select auth.uid()));
comment on policy profiles_update on public.profiles is
  'Your own profile; the grant leaves name, picture and language.';

-- policies/public.refund_lines.sql
-- public.refund_lines: as visible as their refund, which is looked up by its key: a set of refunds would be all there are.
drop policy if exists refund_lines_select_authenticated on public.refund_lines;
create policy refund_lines_select_authenticated on public.refund_lines
  for select to authenticated
  using (
    exists (select from public.refunds where refunds.id = refund_lines.refund_id)
  );
comment on policy refund_lines_select_authenticated on public.refund_lines is
  'Whoever sees a refund sees its lines.';

-- policies/public.refunds.sql
-- public.refunds: seen by both sides.
drop policy if exists refunds_select_authenticated on public.refunds;
create policy refunds_select_authenticated on public.refunds
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy refunds_select_authenticated on public.refunds is
  'Customers see their own refunds, members those of their stores, platform admins all.';

-- policies/public.shipments.sql
-- public.shipments: parcels of orders are seen by both sides of the sale, and by nobody else's store.
drop policy if exists shipments_select_authenticated on public.shipments;
create policy shipments_select_authenticated on public.shipments
  for select to authenticated
  using (
    customer_id = (select auth.uid())
    or coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy shipments_select_authenticated on public.shipments is
  'Customers see parcels of orders of their own, members those of their stores, platform admins all.';

drop policy if exists shipments_update_authenticated on public.shipments;
create policy shipments_update_authenticated on public.shipments
  for update to authenticated
  using (array[store_id] && (select private.my_scopes()))
  with check (array[store_id] && (select private.my_scopes()));
comment on policy shipments_update_authenticated on public.shipments is
  'Members correct the tracking of their stores'' parcels.';

-- policies/public.shipping_methods.sql
-- public.shipping_methods: what a store charges for delivery is no secret.
drop policy if exists shipping_methods_select_anon on public.shipping_methods;
create policy shipping_methods_select_anon on public.shipping_methods
  for select to anon
  using (is_active);
comment on policy shipping_methods_select_anon on public.shipping_methods is
  'Visitors see active methods.';

drop policy if exists shipping_methods_select_authenticated on public.shipping_methods;
create policy shipping_methods_select_authenticated on public.shipping_methods
  for select to authenticated
  using (
    is_active
    or array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
  );
comment on policy shipping_methods_select_authenticated on public.shipping_methods is
  'Active methods, and all of the stores you work for; platform admins see every one.';

drop policy if exists shipping_methods_insert_authenticated on public.shipping_methods;
create policy shipping_methods_insert_authenticated on public.shipping_methods
  for insert to authenticated
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy shipping_methods_insert_authenticated on public.shipping_methods is
  'Owners and managers add methods to their stores.';

drop policy if exists shipping_methods_update_authenticated on public.shipping_methods;
create policy shipping_methods_update_authenticated on public.shipping_methods
  for update to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])))
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy shipping_methods_update_authenticated on public.shipping_methods is
  'Owners and managers change their stores'' methods.';

drop policy if exists shipping_methods_delete_authenticated on public.shipping_methods;
create policy shipping_methods_delete_authenticated on public.shipping_methods
  for delete to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy shipping_methods_delete_authenticated on public.shipping_methods is
  'Owners and managers delete methods; orders keep their copy.';

-- policies/public.stock_levels.sql
-- public.stock_levels: members of the store. The public sees whether there is stock, on products and variants.
drop policy if exists stock_levels_select on public.stock_levels;
create policy stock_levels_select on public.stock_levels
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy stock_levels_select on public.stock_levels is
  'Stock of the stores you work for; platform admins see all.';

drop policy if exists stock_levels_update on public.stock_levels;
create policy stock_levels_update on public.stock_levels
  for update to authenticated
  using (array[store_id] && (select private.my_scopes(array['owner', 'manager'])))
  with check (array[store_id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy stock_levels_update on public.stock_levels is
  'Owner and managers; the grant leaves the threshold of the alert.';

-- policies/public.stock_moves.sql
-- public.stock_moves: members of the store read the ledger. Nobody writes it directly.
drop policy if exists stock_moves_select on public.stock_moves;
create policy stock_moves_select on public.stock_moves
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy stock_moves_select on public.stock_moves is
  'Ledger of the stores you work for; platform admins see all.';

-- policies/public.stock_reservations.sql
-- public.stock_reservations: what is held, for those who work with the stock.
drop policy if exists stock_reservations_select_authenticated on public.stock_reservations;
create policy stock_reservations_select_authenticated on public.stock_reservations
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy stock_reservations_select_authenticated on public.stock_reservations is
  'Members see what is held of their stores'' stock.';

-- policies/public.store_categories.sql
-- public.store_categories: visible with the store.
drop policy if exists store_categories_select on public.store_categories;
create policy store_categories_select on public.store_categories
  for select to anon, authenticated
  using (exists (select from public.stores where stores.id = store_categories.store_id));
comment on policy store_categories_select on public.store_categories is
  'Counts of stores you can see.';

-- policies/public.store_invitations.sql
-- public.store_invitations: owner and managers see and withdraw invitations. Made and accepted by functions.
drop policy if exists store_invitations_select on public.store_invitations;
create policy store_invitations_select on public.store_invitations
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes(array['owner', 'manager'])), false)
  );
comment on policy store_invitations_select on public.store_invitations is
  'Invitations to the stores you manage.';

drop policy if exists store_invitations_delete on public.store_invitations;
create policy store_invitations_delete on public.store_invitations
  for delete to authenticated
  using (
    accepted_at is null
    and array[store_id] && (select private.my_scopes(array['owner', 'manager']))
  );
comment on policy store_invitations_delete on public.store_invitations is
  'An invitation that was not accepted may be withdrawn.';

-- policies/public.store_links.sql
-- public.store_links: visible with the store they lead to (the subquery is itself under the policies of stores).
drop policy if exists store_links_select on public.store_links;
create policy store_links_select on public.store_links
  for select to anon, authenticated
  using (exists (select from public.stores where stores.id = store_links.store_id));
comment on policy store_links_select on public.store_links is
  'Links of stores you can see.';

-- policies/public.store_members.sql
-- public.store_members: members of a store know each other; nobody else does. Written by functions only.
drop policy if exists store_members_select on public.store_members;
create policy store_members_select on public.store_members
  for select to authenticated
  using (
    coalesce(array[store_id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes()), false)
  );
comment on policy store_members_select on public.store_members is
  'Members of the stores you work for; platform admins see all.';

-- policies/public.stores.sql
-- public.stores: the public sees active stores; members theirs in any state.
drop policy if exists stores_select_anon on public.stores;
create policy stores_select_anon on public.stores
  for select to anon
  using (status = 'active');
comment on policy stores_select_anon on public.stores is
  'Visitors see active stores.';

drop policy if exists stores_select_authenticated on public.stores;
create policy stores_select_authenticated on public.stores
  for select to authenticated
  using (
    status = 'active'
    or array[id, '00000000-0000-0000-0000-000000000000'] && (select private.my_scopes())
  );
comment on policy stores_select_authenticated on public.stores is
  'Active stores, your own in any state; platform admins see every one.';

drop policy if exists stores_update on public.stores;
create policy stores_update on public.stores
  for update to authenticated
  using (array[id] && (select private.my_scopes(array['owner', 'manager'])))
  with check (array[id] && (select private.my_scopes(array['owner', 'manager'])));
comment on policy stores_update on public.stores is
  'Owner and managers; the grant leaves out link, owner, status and currency.';

-- policies/public.wishlist_items.sql
-- public.wishlist_items: a customer sees and edits their own.
drop policy if exists wishlist_items_select on public.wishlist_items;
create policy wishlist_items_select on public.wishlist_items
  for select to authenticated
  using (user_id = (select auth.uid()));
comment on policy wishlist_items_select on public.wishlist_items is
  'Your own wishlist.';

drop policy if exists wishlist_items_insert on public.wishlist_items;
create policy wishlist_items_insert on public.wishlist_items
  for insert to authenticated
  with check (
    user_id = (select auth.uid())
    and exists (select from public.products where products.id = wishlist_items.product_id)
  );
comment on policy wishlist_items_insert on public.wishlist_items is
  'For yourself, products you can see.';

drop policy if exists wishlist_items_delete on public.wishlist_items;
create policy wishlist_items_delete on public.wishlist_items
  for delete to authenticated
  using (user_id = (select auth.uid()));
comment on policy wishlist_items_delete on public.wishlist_items is
  'Your own wishlist.';

-- policies/realtime.messages.sql
-- realtime.messages: who may join which private channel. SELECT is the right to listen; nobody may send, messages come from the database.
drop policy if exists messages_select_authenticated on realtime.messages;
create policy messages_select_authenticated on realtime.messages
  for select to authenticated
  using (
    extension = 'broadcast'
    and (select private.can_join_topic((select realtime.topic())))
  );
comment on policy messages_select_authenticated on realtime.messages is
  'People listen to their own channel, members to their stores'' orders.';

-- policies/storage.objects.sql
-- storage.objects: members write below the folder of their store, people below their own. Both buckets are public to read by exact path;
-- what a SELECT policy opens is listing, so it goes no further than writing does.
drop policy if exists objects_select_authenticated on storage.objects;
create policy objects_select_authenticated on storage.objects
  for select to authenticated
  using (
    (
      bucket_id = 'store-media'
      and array[(storage.foldername(name))[1]] && (select private.my_scopes())::text[]
    )
    or (
      bucket_id = 'avatars'
      and (storage.foldername(name))[1] = (select auth.uid())::text
    )
  );
comment on policy objects_select_authenticated on storage.objects is
  'Listing: folders of the stores you work for, and your own.';

drop policy if exists objects_insert_authenticated on storage.objects;
create policy objects_insert_authenticated on storage.objects
  for insert to authenticated
  with check (
    (
      bucket_id = 'store-media'
      and array[(storage.foldername(name))[1]] && (select private.my_scopes(array['owner', 'manager']))::text[]
    )
    or (
      bucket_id = 'avatars'
      and (storage.foldername(name))[1] = (select auth.uid())::text
    )
  );
comment on policy objects_insert_authenticated on storage.objects is
  'Owner and managers below their store''s folder; everyone below their own among avatars.';

drop policy if exists objects_update_authenticated on storage.objects;
create policy objects_update_authenticated on storage.objects
  for update to authenticated
  using (
    (
      bucket_id = 'store-media'
      and array[(storage.foldername(name))[1]] && (select private.my_scopes(array['owner', 'manager']))::text[]
    )
    or (
      bucket_id = 'avatars'
      and (storage.foldername(name))[1] = (select auth.uid())::text
    )
  )
  with check (
    (
      bucket_id = 'store-media'
      and array[(storage.foldername(name))[1]] && (select private.my_scopes(array['owner', 'manager']))::text[]
    )
    or (
      bucket_id = 'avatars'
      and (storage.foldername(name))[1] = (select auth.uid())::text
    )
  );
comment on policy objects_update_authenticated on storage.objects is
  'As insert, before and after: nothing moves into a foreign folder.';

drop policy if exists objects_delete_authenticated on storage.objects;
create policy objects_delete_authenticated on storage.objects
  for delete to authenticated
  using (
    (
      bucket_id = 'store-media'
      and array[(storage.foldername(name))[1]] && (select private.my_scopes(array['owner', 'manager']))::text[]
    )
    or (
      bucket_id = 'avatars'
      and (storage.foldername(name))[1] = (select auth.uid())::text
    )
  );
comment on policy objects_delete_authenticated on storage.objects is
  'As insert.';
