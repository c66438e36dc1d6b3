-- An operator corrects the name of a category, or where it stands in the tree.
create or replace function private.rename_category(
  category_id uuid,
  name text,
  parent_id uuid
) returns public.categories
language plpgsql volatile
security definer -- clients hold no write grant on categories
set search_path = ''
as $$
declare
  v_name text := private.tidy_line(rename_category.name);
  v_category public.categories;
begin
  perform private.require_operator();
  if v_name is null or length(v_name) > 60 then
    raise sqlstate 'PT422' using
      message = 'A category has a name of at most 60 characters.', detail = 'invalid_category';
  end if;
  -- The tree is changed by one at a time, so that two changes never close a circle; then rows are locked in the
  -- order of their key.
  perform private.lock_category_tree();
  perform
  from public.categories
  where categories.id in (rename_category.category_id, rename_category.parent_id)
  order by categories.id
  for no key update;
  if exists (
    with recursive ancestors as (
      select categories.id, categories.parent_id
      from public.categories
      where categories.id = rename_category.parent_id
      union
      select categories.id, categories.parent_id
      from public.categories
      join ancestors on categories.id = ancestors.parent_id
    )
    select from ancestors where ancestors.id = rename_category.category_id
  ) then
    raise sqlstate 'PT422' using
      message = 'A category cannot stand below itself.', detail = 'invalid_category';
  end if;
  begin
    update public.categories
    set name = v_name, parent_id = rename_category.parent_id
    where categories.id = rename_category.category_id
    returning * into v_category;
  exception
    when unique_violation then
      raise sqlstate 'PT409' using
        message = 'Another category has that name.', detail = 'category_taken',
        hint = 'merge_categories makes one of two.';
    when foreign_key_violation then
      raise sqlstate 'PT404' using
        message = 'That category does not exist.', detail = 'category_not_found';
  end;
  if v_category.id is null then
    raise sqlstate 'PT404' using
      message = 'That category does not exist.', detail = 'category_not_found';
  end if;
  return v_category;
end;
$$;
comment on function private.rename_category(uuid, text, uuid) is 'See public.rename_category.';
grant execute on function private.rename_category(uuid, text, uuid) to anon, authenticated, service_role;

create or replace function public.rename_category(
  category_id uuid,
  name text,
  parent_id uuid default null
) returns public.categories
language sql volatile security invoker
set search_path = ''
set statement_timeout = '2min' -- writes every product it touches; PostgREST gives the request this long
as $$
  select * from private.rename_category(rename_category.category_id, rename_category.name, rename_category.parent_id);
$$;
comment on function public.rename_category(uuid, text, uuid) is
  'Sets the name and the parent of a category; for operators. '
  'Errors: not_signed_in, account_required, session_revoked, platform_admin_required, invalid_category, '
  'category_taken, category_not_found.';
grant execute on function public.rename_category(uuid, text, uuid) to anon, authenticated, service_role;
