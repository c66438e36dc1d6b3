create or replace function private.queue_for_chat(user_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('chat ' || queue_for_chat.user_id, 0));
end;
$$;
comment on function private.queue_for_chat(uuid) is
  'What one person sends waits for each other, so that rates are counted exactly. A queue: taken before any row.';
