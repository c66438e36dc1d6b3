create or replace function private.search_document(name text, category text, description text) returns tsvector
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return private.search_part(search_document.name, 'A')
    || private.search_part(search_document.category, 'B')
    || private.search_part(left(search_document.description, 8000), 'C');
end;
$$;
comment on function private.search_document(text, text, text) is
  'What the full-text index holds of a product: its name weighs most, then the name of its category, then its '
  'description.';
