-- A person by a part of name, phone or e-mail address, with what they have ordered. Write it in place of '0121'.
with wanted as (select '%' || '0121' || '%' as pattern)
select profiles.id, profiles.full_name, profiles.phone, profiles.email, profiles.created_at,
  count(orders.id) as orders, max(orders.created_at) as last_order
from public.profiles
cross join wanted
left join public.orders on orders.customer_id = profiles.id
where profiles.full_name ilike wanted.pattern or profiles.phone like wanted.pattern
  or profiles.email ilike wanted.pattern
group by profiles.id
order by last_order desc nulls last
limit 50;
