create or replace function private.require_edge(from_status text, to_status text, actor text) returns void
language plpgsql stable
security definer -- reads private.order_status_edges, which is granted to nobody
set search_path = ''
as $$
begin
  if not exists (
    select from private.order_status_edges
    where order_status_edges.from_status = require_edge.from_status
      and order_status_edges.to_status = require_edge.to_status
      and order_status_edges.actor = require_edge.actor
  ) then
    raise sqlstate 'PT409' using
      message = format('An order cannot go from %s to %s.', require_edge.from_status, require_edge.to_status),
      detail = 'illegal_status';
  end if;
end;
$$;
comment on function private.require_edge(text, text, text) is
  'Refuses a step that this actor may not take. Errors: illegal_status.';
