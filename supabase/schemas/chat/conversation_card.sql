create or replace function private.conversation_card(conversation_id uuid, side text, user_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select cards.card
    from private.conversation_cards(
      array[conversation_card.conversation_id], conversation_card.side, conversation_card.user_id
    ) as cards
  );
end;
$$;
comment on function private.conversation_card(uuid, text, uuid) is 'One of private.conversation_cards.';
