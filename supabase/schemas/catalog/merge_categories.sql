-- An operator makes one category of two ("Cloths" and "Clothing"): products, services, discounts and children move,
-- the first goes.
create or replace function private.merge_categories(from_id uuid, into_id uuid) returns public.categories
language plpgsql volatile
security definer -- clients hold no write grant on categories
set search_path = ''
as $$
declare
  v_into public.categories;
begin
  perform private.require_operator();
  perform private.lock_category_tree();
  -- Categories are locked in the order of their key, products after them in theirs. From here on nobody moves a
  -- product into the category. It is not locked for deletion yet: whoever writes a product of it a second time
  -- checks the reference again, and may hold a product that we wait for.
  perform
  from public.categories
  where categories.id in (merge_categories.from_id, merge_categories.into_id)
    or categories.parent_id = merge_categories.from_id
  order by categories.id
  for no key update;
  select * into v_into from public.categories where categories.id = merge_categories.into_id;
  if v_into.id is null
    or merge_categories.from_id is null
    or (
      merge_categories.from_id <> merge_categories.into_id
      and not exists (select from public.categories where categories.id = merge_categories.from_id)
    )
  then
    raise sqlstate 'PT404' using
      message = 'That category does not exist.', detail = 'category_not_found';
  end if;
  if merge_categories.from_id = merge_categories.into_id then
    return v_into;
  end if;
  perform
  from public.products
  where products.category_id = merge_categories.from_id
  order by products.id
  for no key update;
  update public.products
  set category_id = merge_categories.into_id
  where products.category_id = merge_categories.from_id;
  perform
  from public.services
  where services.category_id = merge_categories.from_id
  order by services.id
  for no key update;
  update public.services
  set category_id = merge_categories.into_id
  where services.category_id = merge_categories.from_id;
  -- No product or service refers to it any more, so nobody who checks a reference can wait for us while we wait for
  -- this lock.
  perform from public.categories where categories.id = merge_categories.from_id for update;
  update public.discounts
  set category_id = merge_categories.into_id
  where discounts.category_id = merge_categories.from_id;
  update public.categories
  set parent_id = case when categories.id = merge_categories.into_id then null else merge_categories.into_id end
  where categories.parent_id = merge_categories.from_id;
  delete from public.categories where categories.id = merge_categories.from_id;
  select * into v_into from public.categories where categories.id = merge_categories.into_id;
  return v_into;
end;
$$;
comment on function private.merge_categories(uuid, uuid) is 'See public.merge_categories.';
grant execute on function private.merge_categories(uuid, uuid) to anon, authenticated, service_role;

create or replace function public.merge_categories(from_id uuid, into_id uuid) returns public.categories
language sql volatile security invoker
set search_path = ''
set statement_timeout = '2min' -- writes every product it touches; PostgREST gives the request this long
as $$
  select * from private.merge_categories(merge_categories.from_id, merge_categories.into_id);
$$;
comment on function public.merge_categories(uuid, uuid) is
  'Moves everything of one category into another and deletes it; for operators. '
  'Errors: not_signed_in, account_required, session_revoked, platform_admin_required, category_not_found.';
grant execute on function public.merge_categories(uuid, uuid) to anon, authenticated, service_role;
