-- Names of stores and products become links, in whatever script they are written.
create or replace function private.slugify(value text, max_length integer default 60) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
declare
  v_slug text;
begin
  v_slug := btrim(regexp_replace(private.transliterate(left(slugify.value, 400)), '[^a-z0-9]+', '-', 'g'), '-');
  if length(v_slug) > slugify.max_length then
    -- Cut between words where that leaves enough.
    v_slug := left(v_slug, slugify.max_length);
    v_slug := btrim(case when v_slug ~ '^.{20,}-' then regexp_replace(v_slug, '-[^-]*$', '') else v_slug end, '-');
  end if;
  return nullif(v_slug, '');
end;
$$;
comment on function private.slugify(text, integer) is
  'A name as part of a URL: a-z, 0-9 and single hyphens. Null when nothing of it can be written so.';
grant execute on function private.slugify(text, integer) to anon, authenticated, service_role;
