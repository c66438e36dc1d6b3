-- What a shared link leads to. Old links lead to the same store for ever and say what the link is now, so that a frontend
-- (or the edge function store-links) can redirect.
create or replace function private.link_slug(link text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return lower(substring(left(private.tidy_code(left(link, 1000)), 500) from '([^/?#]+)/?(?:[?#].*)?$'));
end;
$$;
comment on function private.link_slug(text) is
  'What counts of a link: people paste whole addresses, with whatever came along; it is the last part of the path.';
grant execute on function private.link_slug(text) to anon, authenticated, service_role;
