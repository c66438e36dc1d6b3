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
    store_id in (select private.my_store_ids(array['owner']))
    or (select private.is_platform_admin())
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

-- policies/public.categories.sql
-- public.categories: shared by all stores, no secret in it. Written by functions only.
drop policy if exists categories_select on public.categories;
create policy categories_select on public.categories
  for select to anon, authenticated
  using (true);
comment on policy categories_select on public.categories is
  'Everyone may read the categories.';

-- policies/public.countries.sql
-- public.countries: reference data, no secret in it.
drop policy if exists countries_select on public.countries;
create policy countries_select on public.countries
  for select to anon, authenticated
  using (true);
comment on policy countries_select on public.countries is
  'Everyone may read the countries.';

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
  );
comment on policy discounts_select_anon on public.discounts is
  'Discounts in force at stores you can see.';

drop policy if exists discounts_select_authenticated on public.discounts;
create policy discounts_select_authenticated on public.discounts
  for select to authenticated
  using (
    (
      is_active
      and (starts_at is null or starts_at <= now())
      and (ends_at is null or ends_at > now())
      and exists (select from public.stores where stores.id = discounts.store_id)
    )
    or store_id in (select private.my_store_ids())
    or (select private.is_platform_admin())
  );
comment on policy discounts_select_authenticated on public.discounts is
  'Discounts in force, and all of the stores you work for.';

drop policy if exists discounts_insert on public.discounts;
create policy discounts_insert on public.discounts
  for insert to authenticated
  with check (store_id in (select private.my_store_ids(array['owner', 'manager'])));
comment on policy discounts_insert on public.discounts is
  'Owner and managers; the foreign key keeps product and store together.';

drop policy if exists discounts_update on public.discounts;
create policy discounts_update on public.discounts
  for update to authenticated
  using (store_id in (select private.my_store_ids(array['owner', 'manager'])))
  with check (store_id in (select private.my_store_ids(array['owner', 'manager'])));
comment on policy discounts_update on public.discounts is
  'Owner and managers.';

drop policy if exists discounts_delete on public.discounts;
create policy discounts_delete on public.discounts
  for delete to authenticated
  using (store_id in (select private.my_store_ids(array['owner', 'manager'])));
comment on policy discounts_delete on public.discounts is
  'Owner and managers; past orders hold copies.';

-- policies/public.product_media.sql
-- public.product_media: visible with their product; owner and managers of the store arrange them.
drop policy if exists product_media_select on public.product_media;
create policy product_media_select on public.product_media
  for select to anon, authenticated
  using (exists (select from public.products where products.id = product_media.product_id));
comment on policy product_media_select on public.product_media is
  'Pictures of products you can see.';

drop policy if exists product_media_insert on public.product_media;
create policy product_media_insert on public.product_media
  for insert to authenticated
  with check (store_id in (select private.my_store_ids(array['owner', 'manager'])));
comment on policy product_media_insert on public.product_media is
  'Owner and managers; the foreign key keeps product and store together.';

drop policy if exists product_media_update on public.product_media;
create policy product_media_update on public.product_media
  for update to authenticated
  using (store_id in (select private.my_store_ids(array['owner', 'manager'])))
  with check (store_id in (select private.my_store_ids(array['owner', 'manager'])));
comment on policy product_media_update on public.product_media is
  'Owner and managers.';

drop policy if exists product_media_delete on public.product_media;
create policy product_media_delete on public.product_media
  for delete to authenticated
  using (store_id in (select private.my_store_ids(array['owner', 'manager'])));
comment on policy product_media_delete on public.product_media is
  'Owner and managers.';

-- policies/public.product_options.sql
-- public.product_options: visible with their product (the subquery is itself under the policies of products).
drop policy if exists product_options_select on public.product_options;
create policy product_options_select on public.product_options
  for select to anon, authenticated
  using (exists (select from public.products where products.id = product_options.product_id));
comment on policy product_options_select on public.product_options is
  'Options of products you can see.';

-- policies/public.product_variants.sql
-- public.product_variants: visible with their product (the subquery is itself under the policies of products).
drop policy if exists product_variants_select on public.product_variants;
create policy product_variants_select on public.product_variants
  for select to anon, authenticated
  using (
    deleted_at is null
    and exists (select from public.products where products.id = product_variants.product_id)
  );
comment on policy product_variants_select on public.product_variants is
  'Variants of products you can see.';

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
    or (deleted_at is null and store_id in (select private.my_store_ids()))
    or (select private.is_platform_admin())
  );
comment on policy products_select_authenticated on public.products is
  'Listed products, your store''s in any state; platform admins see every one.';

drop policy if exists products_update on public.products;
create policy products_update on public.products
  for update to authenticated
  using (
    deleted_at is null
    and store_id in (select private.my_store_ids(array['owner', 'manager']))
  )
  with check (store_id in (select private.my_store_ids(array['owner', 'manager'])));
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

-- policies/public.stock_levels.sql
-- public.stock_levels: members of the store. The public sees whether there is stock, on products and variants.
drop policy if exists stock_levels_select on public.stock_levels;
create policy stock_levels_select on public.stock_levels
  for select to authenticated
  using (
    store_id in (select private.my_store_ids())
    or (select private.is_platform_admin())
  );
comment on policy stock_levels_select on public.stock_levels is
  'Stock of the stores you work for; platform admins see all.';

drop policy if exists stock_levels_update on public.stock_levels;
create policy stock_levels_update on public.stock_levels
  for update to authenticated
  using (store_id in (select private.my_store_ids(array['owner', 'manager'])))
  with check (store_id in (select private.my_store_ids(array['owner', 'manager'])));
comment on policy stock_levels_update on public.stock_levels is
  'Owner and managers; the grant leaves the threshold of the alert.';

-- policies/public.stock_moves.sql
-- public.stock_moves: members of the store read the ledger. Nobody writes it directly.
drop policy if exists stock_moves_select on public.stock_moves;
create policy stock_moves_select on public.stock_moves
  for select to authenticated
  using (
    store_id in (select private.my_store_ids())
    or (select private.is_platform_admin())
  );
comment on policy stock_moves_select on public.stock_moves is
  'Ledger of the stores you work for; platform admins see all.';

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
    store_id in (select private.my_store_ids(array['owner', 'manager']))
    or (select private.is_platform_admin())
  );
comment on policy store_invitations_select on public.store_invitations is
  'Invitations to the stores you manage.';

drop policy if exists store_invitations_delete on public.store_invitations;
create policy store_invitations_delete on public.store_invitations
  for delete to authenticated
  using (
    accepted_at is null
    and store_id in (select private.my_store_ids(array['owner', 'manager']))
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
    store_id in (select private.my_store_ids())
    or (select private.is_platform_admin())
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
    or id in (select private.my_store_ids())
    or (select private.is_platform_admin())
  );
comment on policy stores_select_authenticated on public.stores is
  'Active stores, your own in any state; platform admins see every one.';

drop policy if exists stores_update on public.stores;
create policy stores_update on public.stores
  for update to authenticated
  using (id in (select private.my_store_ids(array['owner', 'manager'])))
  with check (id in (select private.my_store_ids(array['owner', 'manager'])));
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

-- policies/storage.objects.sql
-- storage.objects: members write below the folder of their store, people below their own. Both buckets are public to read by exact path;
-- what a SELECT policy opens is listing, so it goes no further than writing does.
drop policy if exists objects_select_authenticated on storage.objects;
create policy objects_select_authenticated on storage.objects
  for select to authenticated
  using (
    (
      bucket_id = 'store-media'
      and (storage.foldername(name))[1] in (select my_store_ids::text from private.my_store_ids())
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
      and (storage.foldername(name))[1] in (select my_store_ids::text from private.my_store_ids(array['owner', 'manager']))
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
      and (storage.foldername(name))[1] in (select my_store_ids::text from private.my_store_ids(array['owner', 'manager']))
    )
    or (
      bucket_id = 'avatars'
      and (storage.foldername(name))[1] = (select auth.uid())::text
    )
  )
  with check (
    (
      bucket_id = 'store-media'
      and (storage.foldername(name))[1] in (select my_store_ids::text from private.my_store_ids(array['owner', 'manager']))
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
      and (storage.foldername(name))[1] in (select my_store_ids::text from private.my_store_ids(array['owner', 'manager']))
    )
    or (
      bucket_id = 'avatars'
      and (storage.foldername(name))[1] = (select auth.uid())::text
    )
  );
comment on policy objects_delete_authenticated on storage.objects is
  'As insert.';
