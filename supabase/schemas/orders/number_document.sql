create or replace function private.number_document(store_id uuid, kind text) returns bigint
language plpgsql volatile
security definer -- nobody holds a grant on the counters
set search_path = ''
as $$
declare
  v_number bigint;
begin
  insert into private.document_numbers (store_id, kind, last_number)
  values (number_document.store_id, number_document.kind, 1)
  on conflict on constraint document_numbers_pkey do update set last_number = document_numbers.last_number + 1
  returning document_numbers.last_number into v_number;
  return v_number;
end;
$$;
comment on function private.number_document(uuid, text) is
  'The next number of a store''s documents of a kind. Its counter stays locked until commit: taken last.';
