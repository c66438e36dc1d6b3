-- A seller who names a category that nobody used before makes it.
create or replace function private.ensure_category(name text) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  v_name text := private.tidy_line(ensure_category.name);
  v_base text;
  v_slug text;
  v_id uuid;
  v_try integer := 0;
  v_is_turn boolean := false;
begin
  if v_name is null or length(v_name) > 60 then
    raise sqlstate 'PT422' using
      message = 'A category has a name of at most 60 characters.', detail = 'invalid_category';
  end if;
  v_base := coalesce(private.slugify(v_name, 70), 'category-' || private.random_word(6));
  loop
    -- Locked for share: nobody renames it or merges it away before we commit. Products that go there are locked
    -- after it.
    select categories.id into v_id
    from public.categories
    where private.fold(categories.name) = private.fold(v_name)
    for share;
    if found then
      return v_id;
    end if;
    if not v_is_turn then
      -- Categories are made one at a time: two lists that bring the same ones in another order would wait in a circle.
      perform pg_advisory_xact_lock(hashtextextended('new category', 0));
      v_is_turn := true;
      continue;
    end if;
    -- Names that differ may still give one slug ("C" and "C++").
    v_slug := case when v_try = 0 then v_base else v_base || '-' || (v_try + 1) end;
    insert into public.categories (name, slug)
    values (v_name, v_slug)
    on conflict do nothing
    returning categories.id into v_id;
    if found then
      return v_id;
    end if;
    v_try := v_try + 1;
  end loop;
end;
$$;
comment on function private.ensure_category(text) is
  'The id of the category with this name, made if there is none. Two first uses at once give one category. '
  'Errors: invalid_category.';
