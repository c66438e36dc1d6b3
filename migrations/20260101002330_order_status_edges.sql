-- Which status may follow which, and who may take the step. A table, so that a reviewer and a frontend can read it; a
-- trigger, so that no code path, not even ours, takes another.
create table private.order_status_edges (
  from_status text not null,
  to_status text not null,
  actor text not null,
  constraint order_status_edges_pkey primary key (from_status, to_status, actor),
  constraint order_status_edges_actor_check check (actor in ('customer', 'store', 'system'))
);
alter table private.order_status_edges enable row level security;
comment on table private.order_status_edges is
  'The legal steps of orders.status and who may take them: the customer, the store''s members, or the marketplace '
  'itself.';

insert into private.order_status_edges (from_status, to_status, actor) values
  ('pending', 'confirmed', 'system'),      -- the payment arrived
  ('pending', 'cancelled', 'customer'),
  ('pending', 'cancelled', 'system'),      -- the hold expired
  ('confirmed', 'processing', 'store'),
  ('confirmed', 'shipped', 'store'),
  ('confirmed', 'cancelled', 'customer'),
  ('confirmed', 'cancelled', 'store'),
  ('confirmed', 'cancelled', 'system'),    -- everything was given back at the provider
  ('processing', 'shipped', 'store'),
  ('processing', 'cancelled', 'customer'),
  ('processing', 'cancelled', 'store'),
  ('processing', 'cancelled', 'system'),
  ('shipped', 'delivered', 'store'),
  ('delivered', 'received', 'customer'),
  ('cancelled', 'confirmed', 'system');
