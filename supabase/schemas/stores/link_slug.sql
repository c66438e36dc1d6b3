create or replace function private.link_slug(link text) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return lower(substring(left(private.tidy_code(left(link_slug.link, 1000)), 500) from '([^/?#]+)/?(?:[?#].*)?$'));
end;
$$;
comment on function private.link_slug(text) is
  'The slug in a link. People paste whole addresses, with queries and anchors; it is the last part of the path.';
grant execute on function private.link_slug(text) to anon, authenticated, service_role;
