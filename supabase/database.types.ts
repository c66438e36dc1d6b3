// Written by `npm run types` from the migrations. Do not edit.
import type { Answers, Arguments, Columns } from './api.types.ts'

export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  'public': {
    Tables: {
      'addresses': {
        Row: {
          'city': string
          'country_code': string
          'created_at': string
          'id': string
          'is_default': boolean
          'label': string | null
          'line1': string
          'line2': string | null
          'phone': string | null
          'postal_code': string | null
          'recipient_name': string
          'region': string | null
          'updated_at': string
          'user_id': string
        }
        ComputedFields: never
        Insert: {
          'city': string
          'country_code': string
          'created_at'?: string
          'id'?: string
          'is_default'?: boolean
          'label'?: string | null
          'line1': string
          'line2'?: string | null
          'phone'?: string | null
          'postal_code'?: string | null
          'recipient_name': string
          'region'?: string | null
          'updated_at'?: string
          'user_id'?: string
        }
        Update: {
          'city'?: string
          'country_code'?: string
          'created_at'?: string
          'id'?: string
          'is_default'?: boolean
          'label'?: string | null
          'line1'?: string
          'line2'?: string | null
          'phone'?: string | null
          'postal_code'?: string | null
          'recipient_name'?: string
          'region'?: string | null
          'updated_at'?: string
          'user_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'addresses_country_code_fkey'
            columns: ['country_code']
            isOneToOne: false
            referencedRelation: 'countries'
            referencedColumns: ['code']
          },
        ]
      }
      'audit_log': {
        Row: {
          'action': 'insert' | 'update' | 'delete'
          'actor_id': string | null
          'actor_role': string
          'after': Json | null
          'at': string
          'before': Json | null
          'id': string
          'reason': string | null
          'row_id': string
          'store_id': string | null
          'table_name': string
        }
        ComputedFields: never
        Insert: {
          'action': 'insert' | 'update' | 'delete'
          'actor_id'?: string | null
          'actor_role': string
          'after'?: Json | null
          'at'?: string
          'before'?: Json | null
          'id'?: string
          'reason'?: string | null
          'row_id': string
          'store_id'?: string | null
          'table_name': string
        }
        Update: {
          'action'?: 'insert' | 'update' | 'delete'
          'actor_id'?: string | null
          'actor_role'?: string
          'after'?: Json | null
          'at'?: string
          'before'?: Json | null
          'id'?: string
          'reason'?: string | null
          'row_id'?: string
          'store_id'?: string | null
          'table_name'?: string
        }
        Relationships: []
      }
      'away_messages': {
        Row: {
          'body': string
          'since': string
          'store_id': string
        }
        ComputedFields: never
        Insert: {
          'body': string
          'since'?: string
          'store_id': string
        }
        Update: {
          'body'?: string
          'since'?: string
          'store_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'away_messages_store_id_fkey'
            columns: ['store_id']
            isOneToOne: true
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'away_messages_store_id_fkey'
            columns: ['store_id']
            isOneToOne: true
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'back_in_stock_requests': {
        Row: {
          'created_at': string
          'user_id': string
          'variant_id': string
        }
        ComputedFields: never
        Insert: {
          'created_at'?: string
          'user_id'?: string
          'variant_id': string
        }
        Update: {
          'created_at'?: string
          'user_id'?: string
          'variant_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'back_in_stock_requests_variant_id_fkey'
            columns: ['variant_id']
            isOneToOne: false
            referencedRelation: 'product_variants'
            referencedColumns: ['id']
          },
        ]
      }
      'booking_sessions': {
        Row: {
          'busy': unknown
          'capacity': number
          'created_at': string
          'hold_expires_at': string | null
          'id': string
          'period': unknown
          'service_id': string
          'staff_id': string
          'status': 'held' | 'active' | 'released'
          'store_id': string
          'taken': number
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'busy': unknown
          'capacity': number
          'created_at'?: string
          'hold_expires_at'?: string | null
          'id'?: string
          'period': unknown
          'service_id': string
          'staff_id': string
          'status': 'held' | 'active' | 'released'
          'store_id': string
          'taken': number
          'updated_at'?: string
        }
        Update: {
          'busy'?: unknown
          'capacity'?: number
          'created_at'?: string
          'hold_expires_at'?: string | null
          'id'?: string
          'period'?: unknown
          'service_id'?: string
          'staff_id'?: string
          'status'?: 'held' | 'active' | 'released'
          'store_id'?: string
          'taken'?: number
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'booking_sessions_service_id_fkey'
            columns: ['store_id', 'service_id']
            isOneToOne: false
            referencedRelation: 'services'
            referencedColumns: ['store_id', 'id']
          },
          {
            foreignKeyName: 'booking_sessions_staff_id_fkey'
            columns: ['store_id', 'staff_id']
            isOneToOne: false
            referencedRelation: 'staff'
            referencedColumns: ['store_id', 'id']
          },
          {
            foreignKeyName: 'booking_sessions_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'booking_sessions_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'bookings': {
        Row: {
          'blocks_until': string | null
          'cancel_fee_bps': number
          'cancel_free_until': string
          'cancel_minutes': number
          'cancel_reason': string | null
          'cancelled_at': string | null
          'cancelled_by': 'customer' | 'store' | 'operator' | 'system' | null
          'checkout_id': string | null
          'commission_amount': number
          'commission_bps': number
          'completed_at': string | null
          'confirmed_at': string | null
          'created_at': string
          'currency': string
          'customer_email': string | null
          'customer_id': string | null
          'customer_name': string | null
          'customer_phone': string | null
          'decide_by': string | null
          'deposit_amount': number
          'due_amount': number
          'ends_at': string
          'hold_expires_at': string | null
          'ics_sequence': number
          'id': string
          'note': string | null
          'paid_amount': number
          'party_size': number
          'price_amount': number
          'reference': string
          'refund_amount': number | null
          'refunded_amount': number
          'refunding_amount': number
          'service_id': string
          'service_name': string
          'session_id': string
          'staff_id': string
          'staff_name': string
          'starts_at': string
          'status':
            | 'held'
            | 'requested'
            | 'confirmed'
            | 'completed'
            | 'no_show'
            | 'cancelled'
            | 'declined'
            | 'expired'
          'store_id': string
          'time_zone': string
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'blocks_until'?: never
          'cancel_fee_bps': number
          'cancel_free_until': string
          'cancel_minutes': number
          'cancel_reason'?: string | null
          'cancelled_at'?: string | null
          'cancelled_by'?: 'customer' | 'store' | 'operator' | 'system' | null
          'checkout_id'?: string | null
          'commission_amount'?: number
          'commission_bps'?: number
          'completed_at'?: string | null
          'confirmed_at'?: string | null
          'created_at'?: string
          'currency': string
          'customer_email'?: string | null
          'customer_id'?: string | null
          'customer_name'?: string | null
          'customer_phone'?: string | null
          'decide_by'?: string | null
          'deposit_amount': number
          'due_amount'?: never
          'ends_at': string
          'hold_expires_at'?: string | null
          'ics_sequence'?: number
          'id'?: string
          'note'?: string | null
          'paid_amount'?: number
          'party_size'?: number
          'price_amount': number
          'reference': string
          'refund_amount'?: number | null
          'refunded_amount'?: number
          'refunding_amount'?: number
          'service_id': string
          'service_name': string
          'session_id': string
          'staff_id': string
          'staff_name': string
          'starts_at': string
          'status':
            | 'held'
            | 'requested'
            | 'confirmed'
            | 'completed'
            | 'no_show'
            | 'cancelled'
            | 'declined'
            | 'expired'
          'store_id': string
          'time_zone': string
          'updated_at'?: string
        }
        Update: {
          'blocks_until'?: never
          'cancel_fee_bps'?: number
          'cancel_free_until'?: string
          'cancel_minutes'?: number
          'cancel_reason'?: string | null
          'cancelled_at'?: string | null
          'cancelled_by'?: 'customer' | 'store' | 'operator' | 'system' | null
          'checkout_id'?: string | null
          'commission_amount'?: number
          'commission_bps'?: number
          'completed_at'?: string | null
          'confirmed_at'?: string | null
          'created_at'?: string
          'currency'?: string
          'customer_email'?: string | null
          'customer_id'?: string | null
          'customer_name'?: string | null
          'customer_phone'?: string | null
          'decide_by'?: string | null
          'deposit_amount'?: number
          'due_amount'?: never
          'ends_at'?: string
          'hold_expires_at'?: string | null
          'ics_sequence'?: number
          'id'?: string
          'note'?: string | null
          'paid_amount'?: number
          'party_size'?: number
          'price_amount'?: number
          'reference'?: string
          'refund_amount'?: number | null
          'refunded_amount'?: number
          'refunding_amount'?: number
          'service_id'?: string
          'service_name'?: string
          'session_id'?: string
          'staff_id'?: string
          'staff_name'?: string
          'starts_at'?: string
          'status'?:
            | 'held'
            | 'requested'
            | 'confirmed'
            | 'completed'
            | 'no_show'
            | 'cancelled'
            | 'declined'
            | 'expired'
          'store_id'?: string
          'time_zone'?: string
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'bookings_checkout_id_fkey'
            columns: ['checkout_id']
            isOneToOne: false
            referencedRelation: 'checkouts'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'bookings_service_id_fkey'
            columns: ['service_id']
            isOneToOne: false
            referencedRelation: 'services'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'bookings_session_id_fkey'
            columns: ['session_id']
            isOneToOne: false
            referencedRelation: 'booking_sessions'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'bookings_staff_id_fkey'
            columns: ['staff_id']
            isOneToOne: false
            referencedRelation: 'staff'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'bookings_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'bookings_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'cart_coupons': {
        Row: {
          'cart_id': string
          'coupon_id': string
          'created_at': string
          'store_id': string | null
        }
        ComputedFields: never
        Insert: {
          'cart_id': string
          'coupon_id': string
          'created_at'?: string
          'store_id'?: string | null
        }
        Update: {
          'cart_id'?: string
          'coupon_id'?: string
          'created_at'?: string
          'store_id'?: string | null
        }
        Relationships: [
          {
            foreignKeyName: 'cart_coupons_cart_id_fkey'
            columns: ['cart_id']
            isOneToOne: false
            referencedRelation: 'carts'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'cart_coupons_coupon_id_fkey'
            columns: ['coupon_id']
            isOneToOne: false
            referencedRelation: 'coupons'
            referencedColumns: ['id']
          },
        ]
      }
      'cart_items': {
        Row: {
          'cart_id': string
          'created_at': string
          'quantity': number
          'updated_at': string
          'variant_id': string
        }
        ComputedFields: never
        Insert: {
          'cart_id': string
          'created_at'?: string
          'quantity': number
          'updated_at'?: string
          'variant_id': string
        }
        Update: {
          'cart_id'?: string
          'created_at'?: string
          'quantity'?: number
          'updated_at'?: string
          'variant_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'cart_items_cart_id_fkey'
            columns: ['cart_id']
            isOneToOne: false
            referencedRelation: 'carts'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'cart_items_variant_id_fkey'
            columns: ['variant_id']
            isOneToOne: false
            referencedRelation: 'product_variants'
            referencedColumns: ['id']
          },
        ]
      }
      'carts': {
        Row: {
          'created_at': string
          'expires_at': string
          'id': string
          'reminded_at': string | null
          'status': 'active' | 'checked_out' | 'claimed' | 'expired'
          'token_hash': string | null
          'updated_at': string
          'user_id': string | null
        }
        ComputedFields: never
        Insert: {
          'created_at'?: string
          'expires_at': string
          'id'?: string
          'reminded_at'?: string | null
          'status'?: 'active' | 'checked_out' | 'claimed' | 'expired'
          'token_hash'?: string | null
          'updated_at'?: string
          'user_id'?: string | null
        }
        Update: {
          'created_at'?: string
          'expires_at'?: string
          'id'?: string
          'reminded_at'?: string | null
          'status'?: 'active' | 'checked_out' | 'claimed' | 'expired'
          'token_hash'?: string | null
          'updated_at'?: string
          'user_id'?: string | null
        }
        Relationships: []
      }
      'categories': {
        Row: {
          'created_at': string
          'id': string
          'name': string
          'parent_id': string | null
          'slug': string
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'created_at'?: string
          'id'?: string
          'name': string
          'parent_id'?: string | null
          'slug': string
          'updated_at'?: string
        }
        Update: {
          'created_at'?: string
          'id'?: string
          'name'?: string
          'parent_id'?: string | null
          'slug'?: string
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'categories_parent_id_fkey'
            columns: ['parent_id']
            isOneToOne: false
            referencedRelation: 'categories'
            referencedColumns: ['id']
          },
        ]
      }
      'chat_blocks': {
        Row: {
          'created_at': string
          'customer_id': string
          'side': 'customer' | 'store'
          'store_id': string
        }
        ComputedFields: never
        Insert: {
          'created_at'?: string
          'customer_id': string
          'side': 'customer' | 'store'
          'store_id': string
        }
        Update: {
          'created_at'?: string
          'customer_id'?: string
          'side'?: 'customer' | 'store'
          'store_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'chat_blocks_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'chat_blocks_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'checkouts': {
        Row: {
          'cart_id': string | null
          'created_at': string
          'currency': string
          'expires_at': string | null
          'id': string
          'payment_method': 'card' | 'cash_on_delivery'
          'status': 'pending' | 'paid' | 'confirmed' | 'expired' | 'cancelled' | 'refunded'
          'total_amount': number
          'updated_at': string
          'user_id': string | null
        }
        ComputedFields: never
        Insert: {
          'cart_id'?: string | null
          'created_at'?: string
          'currency': string
          'expires_at'?: string | null
          'id'?: string
          'payment_method': 'card' | 'cash_on_delivery'
          'status': 'pending' | 'paid' | 'confirmed' | 'expired' | 'cancelled' | 'refunded'
          'total_amount': number
          'updated_at'?: string
          'user_id'?: string | null
        }
        Update: {
          'cart_id'?: string | null
          'created_at'?: string
          'currency'?: string
          'expires_at'?: string | null
          'id'?: string
          'payment_method'?: 'card' | 'cash_on_delivery'
          'status'?: 'pending' | 'paid' | 'confirmed' | 'expired' | 'cancelled' | 'refunded'
          'total_amount'?: number
          'updated_at'?: string
          'user_id'?: string | null
        }
        Relationships: []
      }
      'closures': {
        Row: {
          'created_at': string
          'ends_local': string
          'id': string
          'note': string | null
          'staff_id': string | null
          'starts_local': string
          'store_id': string
        }
        ComputedFields: never
        Insert: {
          'created_at'?: string
          'ends_local': string
          'id'?: string
          'note'?: string | null
          'staff_id'?: string | null
          'starts_local': string
          'store_id': string
        }
        Update: {
          'created_at'?: string
          'ends_local'?: string
          'id'?: string
          'note'?: string | null
          'staff_id'?: string | null
          'starts_local'?: string
          'store_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'closures_staff_id_fkey'
            columns: ['staff_id', 'store_id']
            isOneToOne: false
            referencedRelation: 'staff'
            referencedColumns: ['id', 'store_id']
          },
          {
            foreignKeyName: 'closures_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'closures_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'commission_rules': {
        Row: {
          'bps': number
          'category_id': string | null
          'created_at': string
          'currency': string | null
          'fixed_amount': number
          'id': string
          'max_amount': number | null
          'min_amount': number
          'store_id': string | null
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'bps': number
          'category_id'?: string | null
          'created_at'?: string
          'currency'?: string | null
          'fixed_amount'?: number
          'id'?: string
          'max_amount'?: number | null
          'min_amount'?: number
          'store_id'?: string | null
          'updated_at'?: string
        }
        Update: {
          'bps'?: number
          'category_id'?: string | null
          'created_at'?: string
          'currency'?: string | null
          'fixed_amount'?: number
          'id'?: string
          'max_amount'?: number | null
          'min_amount'?: number
          'store_id'?: string | null
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'commission_rules_category_id_fkey'
            columns: ['category_id']
            isOneToOne: false
            referencedRelation: 'categories'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'commission_rules_currency_fkey'
            columns: ['currency']
            isOneToOne: false
            referencedRelation: 'currencies'
            referencedColumns: ['code']
          },
          {
            foreignKeyName: 'commission_rules_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'commission_rules_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'conversations': {
        Row: {
          'assignee_id': string | null
          'away_told_at': string | null
          'created_at': string
          'customer_archived_at': string | null
          'customer_count': number
          'customer_id': string | null
          'customer_read_count': number
          'customer_read_seq': number
          'id': string
          'last_message_at': string | null
          'last_seq': number
          'store_archived_at': string | null
          'store_count': number
          'store_id': string
          'store_read_count': number
          'store_read_seq': number
          'subject_id': string | null
          'subject_type': 'none' | 'product' | 'order' | 'booking'
        }
        ComputedFields: never
        Insert: {
          'assignee_id'?: string | null
          'away_told_at'?: string | null
          'created_at'?: string
          'customer_archived_at'?: string | null
          'customer_count'?: number
          'customer_id'?: string | null
          'customer_read_count'?: number
          'customer_read_seq'?: number
          'id'?: string
          'last_message_at'?: string | null
          'last_seq'?: number
          'store_archived_at'?: string | null
          'store_count'?: number
          'store_id': string
          'store_read_count'?: number
          'store_read_seq'?: number
          'subject_id'?: string | null
          'subject_type': 'none' | 'product' | 'order' | 'booking'
        }
        Update: {
          'assignee_id'?: string | null
          'away_told_at'?: string | null
          'created_at'?: string
          'customer_archived_at'?: string | null
          'customer_count'?: number
          'customer_id'?: string | null
          'customer_read_count'?: number
          'customer_read_seq'?: number
          'id'?: string
          'last_message_at'?: string | null
          'last_seq'?: number
          'store_archived_at'?: string | null
          'store_count'?: number
          'store_id'?: string
          'store_read_count'?: number
          'store_read_seq'?: number
          'subject_id'?: string | null
          'subject_type'?: 'none' | 'product' | 'order' | 'booking'
        }
        Relationships: [
          {
            foreignKeyName: 'conversations_assignee_fkey'
            columns: ['store_id', 'assignee_id']
            isOneToOne: false
            referencedRelation: 'store_members'
            referencedColumns: ['store_id', 'user_id']
          },
          {
            foreignKeyName: 'conversations_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'conversations_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'countries': {
        Row: {
          'calling_code': string | null
          'code': string
          'has_postal_code': boolean
          'trunk_prefix': string
        }
        ComputedFields: never
        Insert: {
          'calling_code'?: string | null
          'code': string
          'has_postal_code'?: boolean
          'trunk_prefix'?: string
        }
        Update: {
          'calling_code'?: string | null
          'code'?: string
          'has_postal_code'?: boolean
          'trunk_prefix'?: string
        }
        Relationships: []
      }
      'coupon_redemptions': {
        Row: {
          'amount': number
          'checkout_id': string
          'coupon_id': string
          'created_at': string
          'id': string
          'status': 'active' | 'released'
          'store_id': string | null
          'updated_at': string
          'user_id': string | null
        }
        ComputedFields: never
        Insert: {
          'amount': number
          'checkout_id': string
          'coupon_id': string
          'created_at'?: string
          'id'?: string
          'status'?: 'active' | 'released'
          'store_id'?: string | null
          'updated_at'?: string
          'user_id'?: string | null
        }
        Update: {
          'amount'?: number
          'checkout_id'?: string
          'coupon_id'?: string
          'created_at'?: string
          'id'?: string
          'status'?: 'active' | 'released'
          'store_id'?: string | null
          'updated_at'?: string
          'user_id'?: string | null
        }
        Relationships: [
          {
            foreignKeyName: 'coupon_redemptions_checkout_id_fkey'
            columns: ['checkout_id']
            isOneToOne: false
            referencedRelation: 'checkouts'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'coupon_redemptions_coupon_id_fkey'
            columns: ['coupon_id']
            isOneToOne: false
            referencedRelation: 'coupons'
            referencedColumns: ['id']
          },
        ]
      }
      'coupons': {
        Row: {
          'amount': number | null
          'code': string
          'created_at': string
          'currency': string | null
          'ends_at': string | null
          'funded_by': string
          'id': string
          'is_active': boolean
          'is_first_order_only': boolean
          'kind': 'percentage' | 'amount' | 'free_shipping'
          'max_discount_amount': number | null
          'min_order_amount': number
          'per_customer_limit': number | null
          'percent_bps': number | null
          'starts_at': string
          'store_id': string | null
          'updated_at': string
          'usage_limit': number | null
          'used_count': number
        }
        ComputedFields: never
        Insert: {
          'amount'?: number | null
          'code': string
          'created_at'?: string
          'currency'?: string | null
          'ends_at'?: string | null
          'funded_by'?: never
          'id'?: string
          'is_active'?: boolean
          'is_first_order_only'?: boolean
          'kind': 'percentage' | 'amount' | 'free_shipping'
          'max_discount_amount'?: number | null
          'min_order_amount'?: number
          'per_customer_limit'?: number | null
          'percent_bps'?: number | null
          'starts_at'?: string
          'store_id'?: string | null
          'updated_at'?: string
          'usage_limit'?: number | null
          'used_count'?: number
        }
        Update: {
          'amount'?: number | null
          'code'?: string
          'created_at'?: string
          'currency'?: string | null
          'ends_at'?: string | null
          'funded_by'?: never
          'id'?: string
          'is_active'?: boolean
          'is_first_order_only'?: boolean
          'kind'?: 'percentage' | 'amount' | 'free_shipping'
          'max_discount_amount'?: number | null
          'min_order_amount'?: number
          'per_customer_limit'?: number | null
          'percent_bps'?: number | null
          'starts_at'?: string
          'store_id'?: string | null
          'updated_at'?: string
          'usage_limit'?: number | null
          'used_count'?: number
        }
        Relationships: [
          {
            foreignKeyName: 'coupons_currency_fkey'
            columns: ['currency']
            isOneToOne: false
            referencedRelation: 'currencies'
            referencedColumns: ['code']
          },
          {
            foreignKeyName: 'coupons_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'coupons_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'currencies': {
        Row: {
          'code': string
          'exponent': number
          'step': number
        }
        ComputedFields: never
        Insert: {
          'code': string
          'exponent': number
          'step'?: never
        }
        Update: {
          'code'?: string
          'exponent'?: number
          'step'?: never
        }
        Relationships: []
      }
      'decision_appeals': {
        Row: {
          'body': string
          'created_at': string
          'decision_id': string
          'user_id': string
        }
        ComputedFields: never
        Insert: {
          'body': string
          'created_at'?: string
          'decision_id': string
          'user_id': string
        }
        Update: {
          'body'?: string
          'created_at'?: string
          'decision_id'?: string
          'user_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'decision_appeals_decision_id_fkey'
            columns: ['decision_id']
            isOneToOne: false
            referencedRelation: 'moderation_decisions'
            referencedColumns: ['id']
          },
        ]
      }
      'discounts': {
        Row: {
          'amount': number | null
          'category_id': string | null
          'created_at': string
          'ends_at': string | null
          'funded_by': 'store' | 'platform'
          'id': string
          'is_active': boolean
          'is_stackable': boolean
          'kind': 'percentage' | 'amount'
          'name': string
          'percent_bps': number | null
          'product_id': string | null
          'starts_at': string | null
          'store_id': string
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'amount'?: number | null
          'category_id'?: string | null
          'created_at'?: string
          'ends_at'?: string | null
          'funded_by'?: 'store' | 'platform'
          'id'?: string
          'is_active'?: boolean
          'is_stackable'?: boolean
          'kind': 'percentage' | 'amount'
          'name': string
          'percent_bps'?: number | null
          'product_id'?: string | null
          'starts_at'?: string | null
          'store_id': string
          'updated_at'?: string
        }
        Update: {
          'amount'?: number | null
          'category_id'?: string | null
          'created_at'?: string
          'ends_at'?: string | null
          'funded_by'?: 'store' | 'platform'
          'id'?: string
          'is_active'?: boolean
          'is_stackable'?: boolean
          'kind'?: 'percentage' | 'amount'
          'name'?: string
          'percent_bps'?: number | null
          'product_id'?: string | null
          'starts_at'?: string | null
          'store_id'?: string
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'discounts_category_id_fkey'
            columns: ['category_id']
            isOneToOne: false
            referencedRelation: 'categories'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'discounts_product_id_store_id_fkey'
            columns: ['product_id', 'store_id']
            isOneToOne: false
            referencedRelation: 'products'
            referencedColumns: ['id', 'store_id']
          },
          {
            foreignKeyName: 'discounts_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'discounts_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'dispute_evidence': {
        Row: {
          'author_id': string | null
          'created_at': string
          'dispute_id': string
          'files': (string)[]
          'id': string
          'store_id': string | null
          'text': string
        }
        ComputedFields: never
        Insert: {
          'author_id'?: string | null
          'created_at'?: string
          'dispute_id': string
          'files'?: (string)[]
          'id'?: string
          'store_id'?: string | null
          'text': string
        }
        Update: {
          'author_id'?: string | null
          'created_at'?: string
          'dispute_id'?: string
          'files'?: (string)[]
          'id'?: string
          'store_id'?: string | null
          'text'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'dispute_evidence_dispute_id_fkey'
            columns: ['dispute_id']
            isOneToOne: false
            referencedRelation: 'disputes'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'dispute_evidence_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'dispute_evidence_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'dispute_shares': {
        Row: {
          'amount': number
          'currency': string
          'dispute_id': string
          'order_id': string
          'reason': string
          'status': string
          'store_id': string
        }
        ComputedFields: never
        Insert: {
          'amount': number
          'currency': string
          'dispute_id': string
          'order_id': string
          'reason': string
          'status': string
          'store_id': string
        }
        Update: {
          'amount'?: number
          'currency'?: string
          'dispute_id'?: string
          'order_id'?: string
          'reason'?: string
          'status'?: string
          'store_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'dispute_shares_dispute_id_fkey'
            columns: ['dispute_id']
            isOneToOne: false
            referencedRelation: 'disputes'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'dispute_shares_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'admin_orders'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'dispute_shares_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'orders'
            referencedColumns: ['id']
          },
        ]
      }
      'disputes': {
        Row: {
          'amount': number
          'closed_at': string | null
          'created_at': string
          'currency': string
          'evidence_due_at': string | null
          'excess_amount': number
          'fee_amount': number
          'id': string
          'payment_id': string
          'provider_dispute_id': string
          'reason': string
          'status':
            | 'warning_needs_response'
            | 'warning_under_review'
            | 'needs_response'
            | 'under_review'
            | 'warning_closed'
            | 'prevented'
            | 'lost'
            | 'won'
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'amount': number
          'closed_at'?: string | null
          'created_at'?: string
          'currency': string
          'evidence_due_at'?: string | null
          'excess_amount'?: number
          'fee_amount'?: number
          'id'?: string
          'payment_id': string
          'provider_dispute_id': string
          'reason': string
          'status':
            | 'warning_needs_response'
            | 'warning_under_review'
            | 'needs_response'
            | 'under_review'
            | 'warning_closed'
            | 'prevented'
            | 'lost'
            | 'won'
          'updated_at'?: string
        }
        Update: {
          'amount'?: number
          'closed_at'?: string | null
          'created_at'?: string
          'currency'?: string
          'evidence_due_at'?: string | null
          'excess_amount'?: number
          'fee_amount'?: number
          'id'?: string
          'payment_id'?: string
          'provider_dispute_id'?: string
          'reason'?: string
          'status'?:
            | 'warning_needs_response'
            | 'warning_under_review'
            | 'needs_response'
            | 'under_review'
            | 'warning_closed'
            | 'prevented'
            | 'lost'
            | 'won'
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'disputes_payment_id_fkey'
            columns: ['payment_id']
            isOneToOne: false
            referencedRelation: 'payments'
            referencedColumns: ['id']
          },
        ]
      }
      'documents': {
        Row: {
          'content': NonNullable<Json>
          'customer_id': string | null
          'id': string
          'issued_at': string
          'kind': string
          'number': number | null
          'order_id': string | null
          'path': string
          'reference': string | null
          'store_id': string
        }
        ComputedFields: never
        Insert: {
          'content': NonNullable<Json>
          'customer_id'?: string | null
          'id'?: string
          'issued_at'?: string
          'kind': string
          'number'?: number | null
          'order_id'?: string | null
          'path'?: never
          'reference'?: string | null
          'store_id': string
        }
        Update: {
          'content'?: NonNullable<Json>
          'customer_id'?: string | null
          'id'?: string
          'issued_at'?: string
          'kind'?: string
          'number'?: number | null
          'order_id'?: string | null
          'path'?: never
          'reference'?: string | null
          'store_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'documents_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'admin_orders'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'documents_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'orders'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'documents_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'documents_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'message_reports': {
        Row: {
          'attachments': Columns['message_reports']['attachments']
          'author_side': 'customer' | 'store'
          'body': string
          'conversation_id': string
          'created_at': string
          'customer_id': string | null
          'decided_at': string | null
          'decision_reason': string | null
          'id': string
          'note': string | null
          'reason': 'spam' | 'abuse' | 'fraud' | 'illegal' | 'other'
          'reporter_id': string | null
          'seq': number
          'status': 'open' | 'removed' | 'dismissed'
          'store_id': string
        }
        ComputedFields: never
        Insert: {
          'attachments': Columns['message_reports']['attachments']
          'author_side': 'customer' | 'store'
          'body': string
          'conversation_id': string
          'created_at'?: string
          'customer_id'?: string | null
          'decided_at'?: string | null
          'decision_reason'?: string | null
          'id'?: string
          'note'?: string | null
          'reason': 'spam' | 'abuse' | 'fraud' | 'illegal' | 'other'
          'reporter_id'?: string | null
          'seq': number
          'status'?: 'open' | 'removed' | 'dismissed'
          'store_id': string
        }
        Update: {
          'attachments'?: Columns['message_reports']['attachments']
          'author_side'?: 'customer' | 'store'
          'body'?: string
          'conversation_id'?: string
          'created_at'?: string
          'customer_id'?: string | null
          'decided_at'?: string | null
          'decision_reason'?: string | null
          'id'?: string
          'note'?: string | null
          'reason'?: 'spam' | 'abuse' | 'fraud' | 'illegal' | 'other'
          'reporter_id'?: string | null
          'seq'?: number
          'status'?: 'open' | 'removed' | 'dismissed'
          'store_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'message_reports_message_fkey'
            columns: ['conversation_id', 'seq']
            isOneToOne: false
            referencedRelation: 'messages'
            referencedColumns: ['conversation_id', 'seq']
          },
          {
            foreignKeyName: 'message_reports_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'message_reports_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'messages': {
        Row: {
          'attachments': Columns['messages']['attachments']
          'body': string
          'client_id': string
          'conversation_id': string
          'created_at': string
          'deleted_at': string | null
          'deleted_by': string | null
          'edited_at': string | null
          'is_automatic': boolean
          'sender_id': string | null
          'seq': number
          'side': 'customer' | 'store'
          'side_seq': number
        }
        ComputedFields: never
        Insert: {
          'attachments'?: Columns['messages']['attachments']
          'body': string
          'client_id': string
          'conversation_id': string
          'created_at'?: string
          'deleted_at'?: string | null
          'deleted_by'?: string | null
          'edited_at'?: string | null
          'is_automatic'?: boolean
          'sender_id'?: string | null
          'seq': number
          'side': 'customer' | 'store'
          'side_seq': number
        }
        Update: {
          'attachments'?: Columns['messages']['attachments']
          'body'?: string
          'client_id'?: string
          'conversation_id'?: string
          'created_at'?: string
          'deleted_at'?: string | null
          'deleted_by'?: string | null
          'edited_at'?: string | null
          'is_automatic'?: boolean
          'sender_id'?: string | null
          'seq'?: number
          'side'?: 'customer' | 'store'
          'side_seq'?: number
        }
        Relationships: [
          {
            foreignKeyName: 'messages_conversation_id_fkey'
            columns: ['conversation_id']
            isOneToOne: false
            referencedRelation: 'conversations'
            referencedColumns: ['id']
          },
        ]
      }
      'moderation_decisions': {
        Row: {
          'action': 'hide' | 'restore' | 'keep'
          'appeal_until': string
          'author_id': string | null
          'created_at': string
          'decided_by': string | null
          'facts': string | null
          'id': string
          'is_automated': boolean
          'item_id': string | null
          'review_id': string
          'rule': string | null
          'store_id': string
        }
        ComputedFields: never
        Insert: {
          'action': 'hide' | 'restore' | 'keep'
          'appeal_until': string
          'author_id'?: string | null
          'created_at'?: string
          'decided_by'?: string | null
          'facts'?: string | null
          'id'?: string
          'is_automated': boolean
          'item_id'?: string | null
          'review_id': string
          'rule'?: string | null
          'store_id': string
        }
        Update: {
          'action'?: 'hide' | 'restore' | 'keep'
          'appeal_until'?: string
          'author_id'?: string | null
          'created_at'?: string
          'decided_by'?: string | null
          'facts'?: string | null
          'id'?: string
          'is_automated'?: boolean
          'item_id'?: string | null
          'review_id'?: string
          'rule'?: string | null
          'store_id'?: string
        }
        Relationships: []
      }
      'moderation_items': {
        Row: {
          'causes': (string)[]
          'closed_at': string | null
          'id': string
          'opened_at': string
          'review_id': string
        }
        ComputedFields: never
        Insert: {
          'causes': (string)[]
          'closed_at'?: string | null
          'id'?: string
          'opened_at'?: string
          'review_id': string
        }
        Update: {
          'causes'?: (string)[]
          'closed_at'?: string | null
          'id'?: string
          'opened_at'?: string
          'review_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'moderation_items_review_id_fkey'
            columns: ['review_id']
            isOneToOne: false
            referencedRelation: 'admin_reviews'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'moderation_items_review_id_fkey'
            columns: ['review_id']
            isOneToOne: false
            referencedRelation: 'reviews'
            referencedColumns: ['id']
          },
        ]
      }
      'notification_kinds': {
        Row: {
          'description': string
          'digest_after': string | null
          'is_transactional': boolean
          'kind': string
          'media': (string)[]
          'send_within': string | null
        }
        ComputedFields: never
        Insert: {
          'description': string
          'digest_after'?: string | null
          'is_transactional': boolean
          'kind': string
          'media': (string)[]
          'send_within'?: string | null
        }
        Update: {
          'description'?: string
          'digest_after'?: string | null
          'is_transactional'?: boolean
          'kind'?: string
          'media'?: (string)[]
          'send_within'?: string | null
        }
        Relationships: []
      }
      'notification_preferences': {
        Row: {
          'is_enabled': boolean
          'is_transactional': boolean | null
          'kind': string
          'medium': 'in_app' | 'email' | 'text' | 'push'
          'updated_at': string
          'user_id': string
        }
        ComputedFields: never
        Insert: {
          'is_enabled': boolean
          'is_transactional'?: never
          'kind': string
          'medium': 'in_app' | 'email' | 'text' | 'push'
          'updated_at'?: string
          'user_id': string
        }
        Update: {
          'is_enabled'?: boolean
          'is_transactional'?: never
          'kind'?: string
          'medium'?: 'in_app' | 'email' | 'text' | 'push'
          'updated_at'?: string
          'user_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'notification_preferences_kind_fkey'
            columns: ['kind']
            isOneToOne: false
            referencedRelation: 'notification_kinds'
            referencedColumns: ['kind']
          },
          {
            foreignKeyName: 'notification_preferences_kind_is_transactional_fkey'
            columns: ['kind', 'is_transactional']
            isOneToOne: false
            referencedRelation: 'notification_kinds'
            referencedColumns: ['kind', 'is_transactional']
          },
        ]
      }
      'notifications': {
        Row: {
          'body': string | null
          'created_at': string
          'data': NonNullable<Json>
          'id': string
          'kind': string
          'read_at': string | null
          'title': string
          'user_id': string
        }
        ComputedFields: never
        Insert: {
          'body'?: string | null
          'created_at'?: string
          'data'?: NonNullable<Json>
          'id'?: string
          'kind': string
          'read_at'?: string | null
          'title': string
          'user_id': string
        }
        Update: {
          'body'?: string | null
          'created_at'?: string
          'data'?: NonNullable<Json>
          'id'?: string
          'kind'?: string
          'read_at'?: string | null
          'title'?: string
          'user_id'?: string
        }
        Relationships: []
      }
      'opening_exceptions': {
        Row: {
          'closes': string | null
          'id': string
          'on_date': string
          'opens': string | null
          'staff_id': string | null
          'store_id': string
        }
        ComputedFields: never
        Insert: {
          'closes'?: string | null
          'id'?: string
          'on_date': string
          'opens'?: string | null
          'staff_id'?: string | null
          'store_id': string
        }
        Update: {
          'closes'?: string | null
          'id'?: string
          'on_date'?: string
          'opens'?: string | null
          'staff_id'?: string | null
          'store_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'opening_exceptions_staff_id_fkey'
            columns: ['staff_id', 'store_id']
            isOneToOne: false
            referencedRelation: 'staff'
            referencedColumns: ['id', 'store_id']
          },
          {
            foreignKeyName: 'opening_exceptions_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'opening_exceptions_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'opening_hours': {
        Row: {
          'closes': string
          'id': string
          'opens': string
          'staff_id': string | null
          'store_id': string
          'weekday': number
        }
        ComputedFields: never
        Insert: {
          'closes': string
          'id'?: string
          'opens': string
          'staff_id'?: string | null
          'store_id': string
          'weekday': number
        }
        Update: {
          'closes'?: string
          'id'?: string
          'opens'?: string
          'staff_id'?: string | null
          'store_id'?: string
          'weekday'?: number
        }
        Relationships: [
          {
            foreignKeyName: 'opening_hours_staff_id_fkey'
            columns: ['staff_id', 'store_id']
            isOneToOne: false
            referencedRelation: 'staff'
            referencedColumns: ['id', 'store_id']
          },
          {
            foreignKeyName: 'opening_hours_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'opening_hours_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'order_events': {
        Row: {
          'actor_id': string | null
          'created_at': string
          'customer_id': string | null
          'data': Json | null
          'from_status': string | null
          'id': string
          'kind': 'status' | 'payment' | 'refund'
          'order_id': string
          'store_id': string
          'to_status': string | null
        }
        ComputedFields: never
        Insert: {
          'actor_id'?: string | null
          'created_at'?: string
          'customer_id'?: string | null
          'data'?: Json | null
          'from_status'?: string | null
          'id'?: string
          'kind': 'status' | 'payment' | 'refund'
          'order_id': string
          'store_id': string
          'to_status'?: string | null
        }
        Update: {
          'actor_id'?: string | null
          'created_at'?: string
          'customer_id'?: string | null
          'data'?: Json | null
          'from_status'?: string | null
          'id'?: string
          'kind'?: 'status' | 'payment' | 'refund'
          'order_id'?: string
          'store_id'?: string
          'to_status'?: string | null
        }
        Relationships: [
          {
            foreignKeyName: 'order_events_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'admin_orders'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'order_events_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'orders'
            referencedColumns: ['id']
          },
        ]
      }
      'order_lines': {
        Row: {
          'commission_amount': number
          'commission_bps': number
          'created_at': string
          'customer_id': string | null
          'discount_amount': number
          'id': string
          'image_path': string | null
          'included_tax_amount': number
          'list_amount': number
          'mrp_amount': number | null
          'order_id': string
          'position': number
          'product_id': string
          'product_name': string
          'quantity': number
          'refunded_quantity': number
          'sku': string | null
          'store_id': string
          'subtotal_amount': number
          'tax_amount': number
          'tax_rate_bps': number
          'total_amount': number
          'unit_price_amount': number
          'variant_id': string
          'variant_title': string | null
        }
        ComputedFields: never
        Insert: {
          'commission_amount'?: number
          'commission_bps'?: number
          'created_at'?: string
          'customer_id'?: string | null
          'discount_amount'?: number
          'id'?: string
          'image_path'?: string | null
          'included_tax_amount'?: number
          'list_amount': number
          'mrp_amount'?: number | null
          'order_id': string
          'position': number
          'product_id': string
          'product_name': string
          'quantity': number
          'refunded_quantity'?: number
          'sku'?: string | null
          'store_id': string
          'subtotal_amount': number
          'tax_amount'?: number
          'tax_rate_bps'?: number
          'total_amount': number
          'unit_price_amount': number
          'variant_id': string
          'variant_title'?: string | null
        }
        Update: {
          'commission_amount'?: number
          'commission_bps'?: number
          'created_at'?: string
          'customer_id'?: string | null
          'discount_amount'?: number
          'id'?: string
          'image_path'?: string | null
          'included_tax_amount'?: number
          'list_amount'?: number
          'mrp_amount'?: number | null
          'order_id'?: string
          'position'?: number
          'product_id'?: string
          'product_name'?: string
          'quantity'?: number
          'refunded_quantity'?: number
          'sku'?: string | null
          'store_id'?: string
          'subtotal_amount'?: number
          'tax_amount'?: number
          'tax_rate_bps'?: number
          'total_amount'?: number
          'unit_price_amount'?: number
          'variant_id'?: string
          'variant_title'?: string | null
        }
        Relationships: [
          {
            foreignKeyName: 'order_lines_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'admin_orders'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'order_lines_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'orders'
            referencedColumns: ['id']
          },
        ]
      }
      'orders': {
        Row: {
          'cancel_reason': string | null
          'cancelled_at': string | null
          'checkout_id': string
          'confirmed_at': string | null
          'created_at': string
          'currency': string
          'customer_email': string | null
          'customer_id': string | null
          'customer_name': string | null
          'customer_phone': string | null
          'delivered_at': string | null
          'discount_amount': number
          'id': string
          'included_tax_amount': number
          'item_count': number
          'number': number | null
          'payment_method': 'card' | 'cash_on_delivery'
          'payment_status': 'unpaid' | 'paid' | 'partially_refunded' | 'refunded'
          'platform_discount_amount': number
          'received_at': string | null
          'reference': string | null
          'refunded_amount': number
          'refunding_amount': number
          'shipped_at': string | null
          'shipping_address': Columns['orders']['shipping_address']
          'shipping_amount': number
          'shipping_kind': string | null
          'shipping_method_name': string | null
          'status':
            | 'pending'
            | 'confirmed'
            | 'processing'
            | 'shipped'
            | 'delivered'
            | 'received'
            | 'cancelled'
          'store_id': string
          'subtotal_amount': number
          'tax_amount': number
          'total_amount': number
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'cancel_reason'?: string | null
          'cancelled_at'?: string | null
          'checkout_id': string
          'confirmed_at'?: string | null
          'created_at'?: string
          'currency': string
          'customer_email'?: string | null
          'customer_id'?: string | null
          'customer_name'?: string | null
          'customer_phone'?: string | null
          'delivered_at'?: string | null
          'discount_amount': number
          'id'?: string
          'included_tax_amount': number
          'item_count': number
          'number'?: number | null
          'payment_method': 'card' | 'cash_on_delivery'
          'payment_status'?: 'unpaid' | 'paid' | 'partially_refunded' | 'refunded'
          'platform_discount_amount'?: number
          'received_at'?: string | null
          'reference'?: string | null
          'refunded_amount'?: number
          'refunding_amount'?: number
          'shipped_at'?: string | null
          'shipping_address'?: Columns['orders']['shipping_address']
          'shipping_amount': number
          'shipping_kind'?: string | null
          'shipping_method_name'?: string | null
          'status':
            | 'pending'
            | 'confirmed'
            | 'processing'
            | 'shipped'
            | 'delivered'
            | 'received'
            | 'cancelled'
          'store_id': string
          'subtotal_amount': number
          'tax_amount': number
          'total_amount': number
          'updated_at'?: string
        }
        Update: {
          'cancel_reason'?: string | null
          'cancelled_at'?: string | null
          'checkout_id'?: string
          'confirmed_at'?: string | null
          'created_at'?: string
          'currency'?: string
          'customer_email'?: string | null
          'customer_id'?: string | null
          'customer_name'?: string | null
          'customer_phone'?: string | null
          'delivered_at'?: string | null
          'discount_amount'?: number
          'id'?: string
          'included_tax_amount'?: number
          'item_count'?: number
          'number'?: number | null
          'payment_method'?: 'card' | 'cash_on_delivery'
          'payment_status'?: 'unpaid' | 'paid' | 'partially_refunded' | 'refunded'
          'platform_discount_amount'?: number
          'received_at'?: string | null
          'reference'?: string | null
          'refunded_amount'?: number
          'refunding_amount'?: number
          'shipped_at'?: string | null
          'shipping_address'?: Columns['orders']['shipping_address']
          'shipping_amount'?: number
          'shipping_kind'?: string | null
          'shipping_method_name'?: string | null
          'status'?:
            | 'pending'
            | 'confirmed'
            | 'processing'
            | 'shipped'
            | 'delivered'
            | 'received'
            | 'cancelled'
          'store_id'?: string
          'subtotal_amount'?: number
          'tax_amount'?: number
          'total_amount'?: number
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'orders_checkout_id_fkey'
            columns: ['checkout_id']
            isOneToOne: false
            referencedRelation: 'checkouts'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'orders_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'orders_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'payments': {
        Row: {
          'amount': number
          'attempt': number
          'captured_amount': number
          'charge_id': string | null
          'checkout_id': string
          'created_at': string
          'currency': string
          'failure_code': string | null
          'failure_message': string | null
          'fee_amount': number | null
          'id': string
          'next_check_at': string
          'order_id': string | null
          'provider': 'stripe' | 'cash'
          'provider_payment_id': string | null
          'refunded_amount': number
          'refunding_amount': number
          'reported_at': string | null
          'status': 'pending' | 'requires_action' | 'processing' | 'succeeded' | 'failed' | 'canceled'
          'told_failure': string | null
          'updated_at': string
          'user_id': string | null
        }
        ComputedFields: never
        Insert: {
          'amount': number
          'attempt'?: number
          'captured_amount'?: number
          'charge_id'?: string | null
          'checkout_id': string
          'created_at'?: string
          'currency': string
          'failure_code'?: string | null
          'failure_message'?: string | null
          'fee_amount'?: number | null
          'id'?: string
          'next_check_at'?: string
          'order_id'?: string | null
          'provider': 'stripe' | 'cash'
          'provider_payment_id'?: string | null
          'refunded_amount'?: number
          'refunding_amount'?: number
          'reported_at'?: string | null
          'status'?: 'pending' | 'requires_action' | 'processing' | 'succeeded' | 'failed' | 'canceled'
          'told_failure'?: string | null
          'updated_at'?: string
          'user_id'?: string | null
        }
        Update: {
          'amount'?: number
          'attempt'?: number
          'captured_amount'?: number
          'charge_id'?: string | null
          'checkout_id'?: string
          'created_at'?: string
          'currency'?: string
          'failure_code'?: string | null
          'failure_message'?: string | null
          'fee_amount'?: number | null
          'id'?: string
          'next_check_at'?: string
          'order_id'?: string | null
          'provider'?: 'stripe' | 'cash'
          'provider_payment_id'?: string | null
          'refunded_amount'?: number
          'refunding_amount'?: number
          'reported_at'?: string | null
          'status'?: 'pending' | 'requires_action' | 'processing' | 'succeeded' | 'failed' | 'canceled'
          'told_failure'?: string | null
          'updated_at'?: string
          'user_id'?: string | null
        }
        Relationships: [
          {
            foreignKeyName: 'payments_checkout_id_fkey'
            columns: ['checkout_id']
            isOneToOne: false
            referencedRelation: 'checkouts'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'payments_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'admin_orders'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'payments_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'orders'
            referencedColumns: ['id']
          },
        ]
      }
      'payout_accounts': {
        Row: {
          'charges_enabled': boolean
          'country': string | null
          'created_at': string
          'default_currency': string | null
          'details_submitted': boolean
          'disabled_reason': string | null
          'payouts_enabled': boolean
          'provider_account_id': string | null
          'reported_at': string | null
          'requirements': (string)[]
          'store_id': string
          'transfers_enabled': boolean
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'charges_enabled'?: boolean
          'country'?: string | null
          'created_at'?: string
          'default_currency'?: string | null
          'details_submitted'?: boolean
          'disabled_reason'?: string | null
          'payouts_enabled'?: boolean
          'provider_account_id'?: string | null
          'reported_at'?: string | null
          'requirements'?: (string)[]
          'store_id': string
          'transfers_enabled'?: boolean
          'updated_at'?: string
        }
        Update: {
          'charges_enabled'?: boolean
          'country'?: string | null
          'created_at'?: string
          'default_currency'?: string | null
          'details_submitted'?: boolean
          'disabled_reason'?: string | null
          'payouts_enabled'?: boolean
          'provider_account_id'?: string | null
          'reported_at'?: string | null
          'requirements'?: (string)[]
          'store_id'?: string
          'transfers_enabled'?: boolean
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'payout_accounts_store_id_fkey'
            columns: ['store_id']
            isOneToOne: true
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'payout_accounts_store_id_fkey'
            columns: ['store_id']
            isOneToOne: true
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'payouts': {
        Row: {
          'amount': number
          'attempt': number
          'called_at': string | null
          'created_at': string
          'currency': string
          'failure_code': string | null
          'failure_message': string | null
          'id': string
          'next_attempt_at': string
          'paid_at': string | null
          'provider_payout_id': string | null
          'requested_amount': number
          'requested_by': string | null
          'sent_at': string | null
          'status': 'requested' | 'sent' | 'paid' | 'failed'
          'store_id': string
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'amount': number
          'attempt'?: number
          'called_at'?: string | null
          'created_at'?: string
          'currency': string
          'failure_code'?: string | null
          'failure_message'?: string | null
          'id'?: string
          'next_attempt_at'?: string
          'paid_at'?: string | null
          'provider_payout_id'?: string | null
          'requested_amount': number
          'requested_by'?: string | null
          'sent_at'?: string | null
          'status'?: 'requested' | 'sent' | 'paid' | 'failed'
          'store_id': string
          'updated_at'?: string
        }
        Update: {
          'amount'?: number
          'attempt'?: number
          'called_at'?: string | null
          'created_at'?: string
          'currency'?: string
          'failure_code'?: string | null
          'failure_message'?: string | null
          'id'?: string
          'next_attempt_at'?: string
          'paid_at'?: string | null
          'provider_payout_id'?: string | null
          'requested_amount'?: number
          'requested_by'?: string | null
          'sent_at'?: string | null
          'status'?: 'requested' | 'sent' | 'paid' | 'failed'
          'store_id'?: string
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'payouts_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'payouts_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'product_media': {
        Row: {
          'alt': string
          'created_at': string
          'id': string
          'is_listed': boolean
          'path': string
          'position': number
          'product_id': string
          'store_id': string
        }
        ComputedFields: never
        Insert: {
          'alt'?: string
          'created_at'?: string
          'id'?: string
          'is_listed'?: boolean
          'path': string
          'position'?: number
          'product_id': string
          'store_id': string
        }
        Update: {
          'alt'?: string
          'created_at'?: string
          'id'?: string
          'is_listed'?: boolean
          'path'?: string
          'position'?: number
          'product_id'?: string
          'store_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'product_media_product_id_store_id_fkey'
            columns: ['product_id', 'store_id']
            isOneToOne: false
            referencedRelation: 'products'
            referencedColumns: ['id', 'store_id']
          },
        ]
      }
      'product_options': {
        Row: {
          'id': string
          'is_listed': boolean
          'name': string
          'option_values': (string)[]
          'position': number
          'product_id': string
          'store_id': string
        }
        ComputedFields: never
        Insert: {
          'id'?: string
          'is_listed'?: boolean
          'name': string
          'option_values': (string)[]
          'position'?: number
          'product_id': string
          'store_id': string
        }
        Update: {
          'id'?: string
          'is_listed'?: boolean
          'name'?: string
          'option_values'?: (string)[]
          'position'?: number
          'product_id'?: string
          'store_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'product_options_product_id_store_id_fkey'
            columns: ['product_id', 'store_id']
            isOneToOne: false
            referencedRelation: 'products'
            referencedColumns: ['id', 'store_id']
          },
        ]
      }
      'product_variants': {
        Row: {
          'created_at': string
          'currency': string
          'deleted_at': string | null
          'id': string
          'is_active': boolean
          'is_in_stock': boolean
          'is_listed': boolean
          'mrp_amount': number
          'option_values': (string)[]
          'position': number
          'price_amount': number
          'product_id': string
          'sku': string | null
          'store_id': string
          'title': string
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'created_at'?: string
          'currency': string
          'deleted_at'?: string | null
          'id'?: string
          'is_active'?: boolean
          'is_in_stock'?: boolean
          'is_listed'?: boolean
          'mrp_amount': number
          'option_values'?: (string)[]
          'position'?: number
          'price_amount': number
          'product_id': string
          'sku'?: string | null
          'store_id': string
          'title'?: string
          'updated_at'?: string
        }
        Update: {
          'created_at'?: string
          'currency'?: string
          'deleted_at'?: string | null
          'id'?: string
          'is_active'?: boolean
          'is_in_stock'?: boolean
          'is_listed'?: boolean
          'mrp_amount'?: number
          'option_values'?: (string)[]
          'position'?: number
          'price_amount'?: number
          'product_id'?: string
          'sku'?: string | null
          'store_id'?: string
          'title'?: string
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'product_variants_product_id_store_id_fkey'
            columns: ['product_id', 'store_id']
            isOneToOne: false
            referencedRelation: 'products'
            referencedColumns: ['id', 'store_id']
          },
          {
            foreignKeyName: 'product_variants_store_id_currency_fkey'
            columns: ['store_id', 'currency']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id', 'currency']
          },
          {
            foreignKeyName: 'product_variants_store_id_currency_fkey'
            columns: ['store_id', 'currency']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id', 'currency']
          },
        ]
      }
      'products': {
        Row: {
          'category_id': string
          'created_at': string
          'currency': string
          'deleted_at': string | null
          'description': string
          'id': string
          'is_best_seller': boolean
          'is_in_stock': boolean
          'is_listed': boolean
          'is_sampled': boolean
          'mrp_amount': number | null
          'name': string
          'price_amount': number | null
          'published_at': string | null
          'rating_average': number | null
          'rating_score': number
          'sales_count': number
          'search': unknown
          'slug': string
          'status': 'draft' | 'active' | 'archived'
          'store_id': string
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'category_id': string
          'created_at'?: string
          'currency': string
          'deleted_at'?: string | null
          'description'?: string
          'id'?: string
          'is_best_seller'?: boolean
          'is_in_stock'?: boolean
          'is_listed'?: boolean
          'is_sampled'?: never
          'mrp_amount'?: number | null
          'name': string
          'price_amount'?: number | null
          'published_at'?: string | null
          'rating_average'?: number | null
          'rating_score'?: number
          'sales_count'?: number
          'search'?: unknown
          'slug': string
          'status'?: 'draft' | 'active' | 'archived'
          'store_id': string
          'updated_at'?: string
        }
        Update: {
          'category_id'?: string
          'created_at'?: string
          'currency'?: string
          'deleted_at'?: string | null
          'description'?: string
          'id'?: string
          'is_best_seller'?: boolean
          'is_in_stock'?: boolean
          'is_listed'?: boolean
          'is_sampled'?: never
          'mrp_amount'?: number | null
          'name'?: string
          'price_amount'?: number | null
          'published_at'?: string | null
          'rating_average'?: number | null
          'rating_score'?: number
          'sales_count'?: number
          'search'?: unknown
          'slug'?: string
          'status'?: 'draft' | 'active' | 'archived'
          'store_id'?: string
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'products_category_id_fkey'
            columns: ['category_id']
            isOneToOne: false
            referencedRelation: 'categories'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'products_store_id_currency_fkey'
            columns: ['store_id', 'currency']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id', 'currency']
          },
          {
            foreignKeyName: 'products_store_id_currency_fkey'
            columns: ['store_id', 'currency']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id', 'currency']
          },
        ]
      }
      'profiles': {
        Row: {
          'avatar_path': string | null
          'created_at': string
          'email': string | null
          'full_name': string | null
          'id': string
          'locale': string
          'phone': string | null
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'avatar_path'?: string | null
          'created_at'?: string
          'email'?: string | null
          'full_name'?: string | null
          'id': string
          'locale'?: string
          'phone'?: string | null
          'updated_at'?: string
        }
        Update: {
          'avatar_path'?: string | null
          'created_at'?: string
          'email'?: string | null
          'full_name'?: string | null
          'id'?: string
          'locale'?: string
          'phone'?: string | null
          'updated_at'?: string
        }
        Relationships: []
      }
      'push_subscriptions': {
        Row: {
          'auth': string
          'created_at': string
          'endpoint': string
          'id': string
          'p256dh': string
          'user_id': string
        }
        ComputedFields: never
        Insert: {
          'auth': string
          'created_at'?: string
          'endpoint': string
          'id'?: string
          'p256dh': string
          'user_id': string
        }
        Update: {
          'auth'?: string
          'created_at'?: string
          'endpoint'?: string
          'id'?: string
          'p256dh'?: string
          'user_id'?: string
        }
        Relationships: []
      }
      'quiet_hours': {
        Row: {
          'ends': string
          'starts': string
          'time_zone': string
          'updated_at': string
          'user_id': string
        }
        ComputedFields: never
        Insert: {
          'ends': string
          'starts': string
          'time_zone': string
          'updated_at'?: string
          'user_id': string
        }
        Update: {
          'ends'?: string
          'starts'?: string
          'time_zone'?: string
          'updated_at'?: string
          'user_id'?: string
        }
        Relationships: []
      }
      'rating_totals': {
        Row: {
          'rating_average': number | null
          'rating_count': number
          'rating_sum': number
          'stars_1': number
          'stars_2': number
          'stars_3': number
          'stars_4': number
          'stars_5': number
          'subject_id': string
          'subject_type': 'product' | 'store' | 'service'
        }
        ComputedFields: never
        Insert: {
          'rating_average'?: never
          'rating_count'?: never
          'rating_sum'?: never
          'stars_1'?: number
          'stars_2'?: number
          'stars_3'?: number
          'stars_4'?: number
          'stars_5'?: number
          'subject_id': string
          'subject_type': 'product' | 'store' | 'service'
        }
        Update: {
          'rating_average'?: never
          'rating_count'?: never
          'rating_sum'?: never
          'stars_1'?: number
          'stars_2'?: number
          'stars_3'?: number
          'stars_4'?: number
          'stars_5'?: number
          'subject_id'?: string
          'subject_type'?: 'product' | 'store' | 'service'
        }
        Relationships: []
      }
      'refund_lines': {
        Row: {
          'amount': number
          'order_line_id': string
          'quantity': number
          'refund_id': string
          'restocked_quantity': number
        }
        ComputedFields: never
        Insert: {
          'amount': number
          'order_line_id': string
          'quantity': number
          'refund_id': string
          'restocked_quantity'?: number
        }
        Update: {
          'amount'?: number
          'order_line_id'?: string
          'quantity'?: number
          'refund_id'?: string
          'restocked_quantity'?: number
        }
        Relationships: [
          {
            foreignKeyName: 'refund_lines_order_line_id_fkey'
            columns: ['order_line_id']
            isOneToOne: false
            referencedRelation: 'order_lines'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'refund_lines_refund_id_fkey'
            columns: ['refund_id']
            isOneToOne: false
            referencedRelation: 'admin_refunds'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'refund_lines_refund_id_fkey'
            columns: ['refund_id']
            isOneToOne: false
            referencedRelation: 'refunds'
            referencedColumns: ['id']
          },
        ]
      }
      'refunds': {
        Row: {
          'amount': number
          'attempts': number
          'booked_amount': number
          'booking_id': string | null
          'created_at': string
          'currency': string
          'customer_id': string | null
          'decided_at': string | null
          'decided_by': string | null
          'decision_note': string | null
          'failure': string | null
          'id': string
          'is_restocked': boolean
          'next_attempt_at': string
          'order_id': string | null
          'origin': 'customer' | 'store' | 'system' | 'provider' | 'dispute'
          'payment_id': string | null
          'provider_refund_id': string | null
          'reason': string | null
          'requested_by': string | null
          'status': 'requested' | 'approved' | 'rejected' | 'processing' | 'succeeded' | 'failed'
          'store_id': string | null
          'succeeded_at': string | null
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'amount': number
          'attempts'?: number
          'booked_amount'?: number
          'booking_id'?: string | null
          'created_at'?: string
          'currency': string
          'customer_id'?: string | null
          'decided_at'?: string | null
          'decided_by'?: string | null
          'decision_note'?: string | null
          'failure'?: string | null
          'id'?: string
          'is_restocked'?: boolean
          'next_attempt_at'?: string
          'order_id'?: string | null
          'origin': 'customer' | 'store' | 'system' | 'provider' | 'dispute'
          'payment_id'?: string | null
          'provider_refund_id'?: string | null
          'reason'?: string | null
          'requested_by'?: string | null
          'status': 'requested' | 'approved' | 'rejected' | 'processing' | 'succeeded' | 'failed'
          'store_id'?: string | null
          'succeeded_at'?: string | null
          'updated_at'?: string
        }
        Update: {
          'amount'?: number
          'attempts'?: number
          'booked_amount'?: number
          'booking_id'?: string | null
          'created_at'?: string
          'currency'?: string
          'customer_id'?: string | null
          'decided_at'?: string | null
          'decided_by'?: string | null
          'decision_note'?: string | null
          'failure'?: string | null
          'id'?: string
          'is_restocked'?: boolean
          'next_attempt_at'?: string
          'order_id'?: string | null
          'origin'?: 'customer' | 'store' | 'system' | 'provider' | 'dispute'
          'payment_id'?: string | null
          'provider_refund_id'?: string | null
          'reason'?: string | null
          'requested_by'?: string | null
          'status'?: 'requested' | 'approved' | 'rejected' | 'processing' | 'succeeded' | 'failed'
          'store_id'?: string | null
          'succeeded_at'?: string | null
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'refunds_booking_id_fkey'
            columns: ['booking_id']
            isOneToOne: false
            referencedRelation: 'admin_bookings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'refunds_booking_id_fkey'
            columns: ['booking_id']
            isOneToOne: false
            referencedRelation: 'bookings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'refunds_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'admin_orders'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'refunds_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'orders'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'refunds_payment_id_fkey'
            columns: ['payment_id']
            isOneToOne: false
            referencedRelation: 'payments'
            referencedColumns: ['id']
          },
        ]
      }
      'review_media': {
        Row: {
          'is_visible': boolean
          'path': string
          'position': number
          'review_id': string
        }
        ComputedFields: never
        Insert: {
          'is_visible'?: boolean
          'path': string
          'position': number
          'review_id': string
        }
        Update: {
          'is_visible'?: boolean
          'path'?: string
          'position'?: number
          'review_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'review_media_review_id_fkey'
            columns: ['review_id']
            isOneToOne: false
            referencedRelation: 'admin_reviews'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'review_media_review_id_fkey'
            columns: ['review_id']
            isOneToOne: false
            referencedRelation: 'reviews'
            referencedColumns: ['id']
          },
        ]
      }
      'review_replies': {
        Row: {
          'author_id': string | null
          'body': string
          'created_at': string
          'edited_at': string | null
          'is_visible': boolean
          'review_id': string
          'store_id': string
        }
        ComputedFields: never
        Insert: {
          'author_id'?: string | null
          'body': string
          'created_at'?: string
          'edited_at'?: string | null
          'is_visible'?: boolean
          'review_id': string
          'store_id': string
        }
        Update: {
          'author_id'?: string | null
          'body'?: string
          'created_at'?: string
          'edited_at'?: string | null
          'is_visible'?: boolean
          'review_id'?: string
          'store_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'review_replies_review_id_fkey'
            columns: ['review_id']
            isOneToOne: true
            referencedRelation: 'admin_reviews'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'review_replies_review_id_fkey'
            columns: ['review_id']
            isOneToOne: true
            referencedRelation: 'reviews'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'review_replies_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'review_replies_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'review_reports': {
        Row: {
          'created_at': string
          'item_id': string
          'note': string | null
          'reason': 'spam' | 'offensive' | 'false' | 'off_topic' | 'personal_data' | 'illegal' | 'other'
          'reporter_id': string
          'review_id': string
        }
        ComputedFields: never
        Insert: {
          'created_at'?: string
          'item_id': string
          'note'?: string | null
          'reason': 'spam' | 'offensive' | 'false' | 'off_topic' | 'personal_data' | 'illegal' | 'other'
          'reporter_id': string
          'review_id': string
        }
        Update: {
          'created_at'?: string
          'item_id'?: string
          'note'?: string | null
          'reason'?: 'spam' | 'offensive' | 'false' | 'off_topic' | 'personal_data' | 'illegal' | 'other'
          'reporter_id'?: string
          'review_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'review_reports_item_id_fkey'
            columns: ['item_id']
            isOneToOne: false
            referencedRelation: 'admin_moderation'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'review_reports_item_id_fkey'
            columns: ['item_id']
            isOneToOne: false
            referencedRelation: 'moderation_items'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'review_reports_review_id_fkey'
            columns: ['review_id']
            isOneToOne: false
            referencedRelation: 'admin_reviews'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'review_reports_review_id_fkey'
            columns: ['review_id']
            isOneToOne: false
            referencedRelation: 'reviews'
            referencedColumns: ['id']
          },
        ]
      }
      'review_votes': {
        Row: {
          'created_at': string
          'review_id': string
          'value': number
          'voter_id': string
        }
        ComputedFields: never
        Insert: {
          'created_at'?: string
          'review_id': string
          'value': number
          'voter_id': string
        }
        Update: {
          'created_at'?: string
          'review_id'?: string
          'value'?: number
          'voter_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'review_votes_review_id_fkey'
            columns: ['review_id']
            isOneToOne: false
            referencedRelation: 'admin_reviews'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'review_votes_review_id_fkey'
            columns: ['review_id']
            isOneToOne: false
            referencedRelation: 'reviews'
            referencedColumns: ['id']
          },
        ]
      }
      'reviews': {
        Row: {
          'author_id': string | null
          'author_name': string | null
          'body': string
          'booking_id': string | null
          'created_at': string
          'edited_after_reply': boolean
          'edited_at': string | null
          'helpful_count': number
          'id': string
          'order_line_id': string | null
          'rating': number
          'status': 'visible' | 'hidden'
          'store_id': string
          'subject_id': string
          'subject_type': 'product' | 'store' | 'service'
          'unhelpful_count': number
        }
        ComputedFields: never
        Insert: {
          'author_id'?: string | null
          'author_name'?: string | null
          'body'?: string
          'booking_id'?: string | null
          'created_at'?: string
          'edited_after_reply'?: boolean
          'edited_at'?: string | null
          'helpful_count'?: number
          'id'?: string
          'order_line_id'?: string | null
          'rating': number
          'status'?: 'visible' | 'hidden'
          'store_id': string
          'subject_id': string
          'subject_type': 'product' | 'store' | 'service'
          'unhelpful_count'?: number
        }
        Update: {
          'author_id'?: string | null
          'author_name'?: string | null
          'body'?: string
          'booking_id'?: string | null
          'created_at'?: string
          'edited_after_reply'?: boolean
          'edited_at'?: string | null
          'helpful_count'?: number
          'id'?: string
          'order_line_id'?: string | null
          'rating'?: number
          'status'?: 'visible' | 'hidden'
          'store_id'?: string
          'subject_id'?: string
          'subject_type'?: 'product' | 'store' | 'service'
          'unhelpful_count'?: number
        }
        Relationships: [
          {
            foreignKeyName: 'reviews_booking_id_fkey'
            columns: ['booking_id']
            isOneToOne: false
            referencedRelation: 'admin_bookings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'reviews_booking_id_fkey'
            columns: ['booking_id']
            isOneToOne: false
            referencedRelation: 'bookings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'reviews_order_line_id_fkey'
            columns: ['order_line_id']
            isOneToOne: false
            referencedRelation: 'order_lines'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'reviews_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'reviews_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'saved_replies': {
        Row: {
          'body': string
          'created_at': string
          'id': string
          'store_id': string
          'title': string
        }
        ComputedFields: never
        Insert: {
          'body': string
          'created_at'?: string
          'id'?: string
          'store_id': string
          'title': string
        }
        Update: {
          'body'?: string
          'created_at'?: string
          'id'?: string
          'store_id'?: string
          'title'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'saved_replies_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'saved_replies_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'service_staff': {
        Row: {
          'position': number
          'service_id': string
          'staff_id': string
          'store_id': string
        }
        ComputedFields: never
        Insert: {
          'position'?: number
          'service_id': string
          'staff_id': string
          'store_id': string
        }
        Update: {
          'position'?: number
          'service_id'?: string
          'staff_id'?: string
          'store_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'service_staff_service_id_fkey'
            columns: ['service_id', 'store_id']
            isOneToOne: false
            referencedRelation: 'services'
            referencedColumns: ['id', 'store_id']
          },
          {
            foreignKeyName: 'service_staff_staff_id_fkey'
            columns: ['staff_id', 'store_id']
            isOneToOne: false
            referencedRelation: 'staff'
            referencedColumns: ['id', 'store_id']
          },
        ]
      }
      'services': {
        Row: {
          'bookable_until': string | null
          'buffer_after_minutes': number
          'buffer_before_minutes': number
          'cancel_fee_bps': number
          'cancel_minutes': number
          'capacity': number
          'category_id': string | null
          'created_at': string
          'currency': string
          'deposit_amount': number
          'description': string
          'duration_minutes': number
          'hold_minutes': number
          'id': string
          'image_paths': (string)[]
          'max_advance_days': number
          'max_per_day': number | null
          'min_notice_minutes': number
          'name': string
          'needs_approval': boolean
          'party_max': number
          'price_amount': number
          'slot_step_minutes': number | null
          'status': 'draft' | 'active' | 'archived'
          'store_id': string
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'bookable_until'?: string | null
          'buffer_after_minutes'?: number
          'buffer_before_minutes'?: number
          'cancel_fee_bps'?: number
          'cancel_minutes'?: number
          'capacity'?: number
          'category_id'?: string | null
          'created_at'?: string
          'currency': string
          'deposit_amount'?: number
          'description'?: string
          'duration_minutes': number
          'hold_minutes'?: number
          'id'?: string
          'image_paths'?: (string)[]
          'max_advance_days'?: number
          'max_per_day'?: number | null
          'min_notice_minutes'?: number
          'name': string
          'needs_approval'?: boolean
          'party_max'?: number
          'price_amount'?: number
          'slot_step_minutes'?: number | null
          'status'?: 'draft' | 'active' | 'archived'
          'store_id': string
          'updated_at'?: string
        }
        Update: {
          'bookable_until'?: string | null
          'buffer_after_minutes'?: number
          'buffer_before_minutes'?: number
          'cancel_fee_bps'?: number
          'cancel_minutes'?: number
          'capacity'?: number
          'category_id'?: string | null
          'created_at'?: string
          'currency'?: string
          'deposit_amount'?: number
          'description'?: string
          'duration_minutes'?: number
          'hold_minutes'?: number
          'id'?: string
          'image_paths'?: (string)[]
          'max_advance_days'?: number
          'max_per_day'?: number | null
          'min_notice_minutes'?: number
          'name'?: string
          'needs_approval'?: boolean
          'party_max'?: number
          'price_amount'?: number
          'slot_step_minutes'?: number | null
          'status'?: 'draft' | 'active' | 'archived'
          'store_id'?: string
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'services_category_id_fkey'
            columns: ['category_id']
            isOneToOne: false
            referencedRelation: 'categories'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'services_store_id_currency_fkey'
            columns: ['store_id', 'currency']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id', 'currency']
          },
          {
            foreignKeyName: 'services_store_id_currency_fkey'
            columns: ['store_id', 'currency']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id', 'currency']
          },
        ]
      }
      'shipments': {
        Row: {
          'carrier': string | null
          'customer_id': string | null
          'delivered_at': string | null
          'id': string
          'order_id': string
          'shipped_at': string
          'store_id': string
          'tracking_number': string | null
          'tracking_url': string | null
        }
        ComputedFields: never
        Insert: {
          'carrier'?: string | null
          'customer_id'?: string | null
          'delivered_at'?: string | null
          'id'?: string
          'order_id': string
          'shipped_at'?: string
          'store_id': string
          'tracking_number'?: string | null
          'tracking_url'?: string | null
        }
        Update: {
          'carrier'?: string | null
          'customer_id'?: string | null
          'delivered_at'?: string | null
          'id'?: string
          'order_id'?: string
          'shipped_at'?: string
          'store_id'?: string
          'tracking_number'?: string | null
          'tracking_url'?: string | null
        }
        Relationships: [
          {
            foreignKeyName: 'shipments_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'admin_orders'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'shipments_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'orders'
            referencedColumns: ['id']
          },
        ]
      }
      'shipping_methods': {
        Row: {
          'created_at': string
          'currency': string
          'free_over_amount': number | null
          'id': string
          'is_active': boolean
          'kind': 'flat' | 'free_over' | 'pickup'
          'name': string
          'position': number
          'rate_amount': number
          'store_id': string
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'created_at'?: string
          'currency': string
          'free_over_amount'?: number | null
          'id'?: string
          'is_active'?: boolean
          'kind'?: 'flat' | 'free_over' | 'pickup'
          'name': string
          'position'?: number
          'rate_amount'?: number
          'store_id': string
          'updated_at'?: string
        }
        Update: {
          'created_at'?: string
          'currency'?: string
          'free_over_amount'?: number | null
          'id'?: string
          'is_active'?: boolean
          'kind'?: 'flat' | 'free_over' | 'pickup'
          'name'?: string
          'position'?: number
          'rate_amount'?: number
          'store_id'?: string
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'shipping_methods_store_id_currency_fkey'
            columns: ['store_id', 'currency']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id', 'currency']
          },
          {
            foreignKeyName: 'shipping_methods_store_id_currency_fkey'
            columns: ['store_id', 'currency']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id', 'currency']
          },
        ]
      }
      'staff': {
        Row: {
          'created_at': string
          'id': string
          'is_active': boolean
          'member_id': string | null
          'name': string
          'position': number
          'store_id': string
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'created_at'?: string
          'id'?: string
          'is_active'?: boolean
          'member_id'?: string | null
          'name': string
          'position'?: number
          'store_id': string
          'updated_at'?: string
        }
        Update: {
          'created_at'?: string
          'id'?: string
          'is_active'?: boolean
          'member_id'?: string | null
          'name'?: string
          'position'?: number
          'store_id'?: string
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'staff_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'staff_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'stock_levels': {
        Row: {
          'is_low': boolean
          'low_stock_threshold': number
          'on_hand': number
          'reserved': number
          'store_id': string
          'updated_at': string
          'variant_id': string
        }
        ComputedFields: never
        Insert: {
          'is_low'?: boolean
          'low_stock_threshold'?: number
          'on_hand'?: number
          'reserved'?: number
          'store_id': string
          'updated_at'?: string
          'variant_id': string
        }
        Update: {
          'is_low'?: boolean
          'low_stock_threshold'?: number
          'on_hand'?: number
          'reserved'?: number
          'store_id'?: string
          'updated_at'?: string
          'variant_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'stock_levels_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'stock_levels_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'stock_levels_variant_id_fkey'
            columns: ['variant_id']
            isOneToOne: true
            referencedRelation: 'product_variants'
            referencedColumns: ['id']
          },
        ]
      }
      'stock_moves': {
        Row: {
          'actor_id': string | null
          'created_at': string
          'id': string
          'note': string | null
          'quantity': number
          'reason': 'initial' | 'received' | 'correction' | 'damaged' | 'lost' | 'count' | 'sale' | 'return'
          'reference_id': string | null
          'store_id': string
          'variant_id': string
        }
        ComputedFields: never
        Insert: {
          'actor_id'?: string | null
          'created_at'?: string
          'id'?: string
          'note'?: string | null
          'quantity': number
          'reason': 'initial' | 'received' | 'correction' | 'damaged' | 'lost' | 'count' | 'sale' | 'return'
          'reference_id'?: string | null
          'store_id': string
          'variant_id': string
        }
        Update: {
          'actor_id'?: string | null
          'created_at'?: string
          'id'?: string
          'note'?: string | null
          'quantity'?: number
          'reason'?: 'initial' | 'received' | 'correction' | 'damaged' | 'lost' | 'count' | 'sale' | 'return'
          'reference_id'?: string | null
          'store_id'?: string
          'variant_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'stock_moves_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'stock_moves_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'stock_moves_variant_id_fkey'
            columns: ['variant_id']
            isOneToOne: false
            referencedRelation: 'product_variants'
            referencedColumns: ['id']
          },
        ]
      }
      'stock_reservations': {
        Row: {
          'created_at': string
          'expires_at': string
          'order_id': string
          'quantity': number
          'status': 'active' | 'sold' | 'released'
          'store_id': string
          'updated_at': string
          'variant_id': string
        }
        ComputedFields: never
        Insert: {
          'created_at'?: string
          'expires_at': string
          'order_id': string
          'quantity': number
          'status'?: 'active' | 'sold' | 'released'
          'store_id': string
          'updated_at'?: string
          'variant_id': string
        }
        Update: {
          'created_at'?: string
          'expires_at'?: string
          'order_id'?: string
          'quantity'?: number
          'status'?: 'active' | 'sold' | 'released'
          'store_id'?: string
          'updated_at'?: string
          'variant_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'stock_reservations_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'admin_orders'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'stock_reservations_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'orders'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'stock_reservations_variant_id_fkey'
            columns: ['variant_id']
            isOneToOne: false
            referencedRelation: 'product_variants'
            referencedColumns: ['id']
          },
        ]
      }
      'store_categories': {
        Row: {
          'category_id': string
          'product_count': number
          'store_id': string
        }
        ComputedFields: never
        Insert: {
          'category_id': string
          'product_count'?: number
          'store_id': string
        }
        Update: {
          'category_id'?: string
          'product_count'?: number
          'store_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'store_categories_category_id_fkey'
            columns: ['category_id']
            isOneToOne: false
            referencedRelation: 'categories'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'store_categories_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'store_categories_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'store_invitations': {
        Row: {
          'accepted_at': string | null
          'accepted_by': string | null
          'created_at': string
          'email': string | null
          'expires_at': string
          'id': string
          'invited_by': string | null
          'phone': string | null
          'role': 'manager' | 'staff'
          'store_id': string
        }
        ComputedFields: never
        Insert: {
          'accepted_at'?: string | null
          'accepted_by'?: string | null
          'created_at'?: string
          'email'?: string | null
          'expires_at'?: string
          'id'?: string
          'invited_by'?: string | null
          'phone'?: string | null
          'role': 'manager' | 'staff'
          'store_id': string
        }
        Update: {
          'accepted_at'?: string | null
          'accepted_by'?: string | null
          'created_at'?: string
          'email'?: string | null
          'expires_at'?: string
          'id'?: string
          'invited_by'?: string | null
          'phone'?: string | null
          'role'?: 'manager' | 'staff'
          'store_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'store_invitations_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'store_invitations_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'store_links': {
        Row: {
          'created_at': string
          'slug': string
          'store_id': string
        }
        ComputedFields: never
        Insert: {
          'created_at'?: string
          'slug': string
          'store_id': string
        }
        Update: {
          'created_at'?: string
          'slug'?: string
          'store_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'store_links_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'store_links_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'store_members': {
        Row: {
          'created_at': string
          'role': 'owner' | 'manager' | 'staff'
          'store_id': string
          'user_id': string
        }
        ComputedFields: never
        Insert: {
          'created_at'?: string
          'role': 'owner' | 'manager' | 'staff'
          'store_id': string
          'user_id': string
        }
        Update: {
          'created_at'?: string
          'role'?: 'owner' | 'manager' | 'staff'
          'store_id'?: string
          'user_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'store_members_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'store_members_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'stores': {
        Row: {
          'city': string
          'country_code': string
          'created_at': string
          'currency': string
          'description': string
          'email': string | null
          'id': string
          'is_open': boolean
          'is_tax_inclusive': boolean
          'line1': string
          'line2': string | null
          'logo_path': string | null
          'name': string
          'order_prefix': string
          'owner_id': string
          'phone': string | null
          'postal_code': string | null
          'receipt_prefix': string | null
          'region': string | null
          'reminder_hours': (number)[]
          'slug': string
          'status': 'pending' | 'active' | 'suspended' | 'closed'
          'tax_number': string | null
          'tax_rate_bps': number
          'time_zone': string
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'city': string
          'country_code': string
          'created_at'?: string
          'currency': string
          'description'?: string
          'email'?: string | null
          'id'?: string
          'is_open'?: boolean
          'is_tax_inclusive'?: boolean
          'line1': string
          'line2'?: string | null
          'logo_path'?: string | null
          'name': string
          'order_prefix'?: string
          'owner_id': string
          'phone'?: string | null
          'postal_code'?: string | null
          'receipt_prefix'?: string | null
          'region'?: string | null
          'reminder_hours'?: (number)[]
          'slug': string
          'status'?: 'pending' | 'active' | 'suspended' | 'closed'
          'tax_number'?: string | null
          'tax_rate_bps'?: number
          'time_zone'?: string
          'updated_at'?: string
        }
        Update: {
          'city'?: string
          'country_code'?: string
          'created_at'?: string
          'currency'?: string
          'description'?: string
          'email'?: string | null
          'id'?: string
          'is_open'?: boolean
          'is_tax_inclusive'?: boolean
          'line1'?: string
          'line2'?: string | null
          'logo_path'?: string | null
          'name'?: string
          'order_prefix'?: string
          'owner_id'?: string
          'phone'?: string | null
          'postal_code'?: string | null
          'receipt_prefix'?: string | null
          'region'?: string | null
          'reminder_hours'?: (number)[]
          'slug'?: string
          'status'?: 'pending' | 'active' | 'suspended' | 'closed'
          'tax_number'?: string | null
          'tax_rate_bps'?: number
          'time_zone'?: string
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'stores_country_code_fkey'
            columns: ['country_code']
            isOneToOne: false
            referencedRelation: 'countries'
            referencedColumns: ['code']
          },
          {
            foreignKeyName: 'stores_currency_fkey'
            columns: ['currency']
            isOneToOne: false
            referencedRelation: 'currencies'
            referencedColumns: ['code']
          },
          {
            foreignKeyName: 'stores_id_owner_id_fkey'
            columns: ['id', 'owner_id']
            isOneToOne: false
            referencedRelation: 'store_members'
            referencedColumns: ['store_id', 'user_id']
          },
          {
            foreignKeyName: 'stores_id_slug_fkey'
            columns: ['id', 'slug']
            isOneToOne: false
            referencedRelation: 'store_links'
            referencedColumns: ['store_id', 'slug']
          },
        ]
      }
      'transfer_reversals': {
        Row: {
          'amount': number
          'attempt': number
          'called_at': string | null
          'cause': 'refund' | 'dispute'
          'cause_id': string
          'created_at': string
          'currency': string
          'failure_code': string | null
          'failure_message': string | null
          'id': string
          'made_at': string | null
          'next_attempt_at': string
          'provider_reversal_id': string | null
          'status': 'pending' | 'made' | 'failed' | 'canceled'
          'store_id': string
          'transfer_id': string
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'amount': number
          'attempt'?: number
          'called_at'?: string | null
          'cause': 'refund' | 'dispute'
          'cause_id': string
          'created_at'?: string
          'currency': string
          'failure_code'?: string | null
          'failure_message'?: string | null
          'id'?: string
          'made_at'?: string | null
          'next_attempt_at'?: string
          'provider_reversal_id'?: string | null
          'status'?: 'pending' | 'made' | 'failed' | 'canceled'
          'store_id': string
          'transfer_id': string
          'updated_at'?: string
        }
        Update: {
          'amount'?: number
          'attempt'?: number
          'called_at'?: string | null
          'cause'?: 'refund' | 'dispute'
          'cause_id'?: string
          'created_at'?: string
          'currency'?: string
          'failure_code'?: string | null
          'failure_message'?: string | null
          'id'?: string
          'made_at'?: string | null
          'next_attempt_at'?: string
          'provider_reversal_id'?: string | null
          'status'?: 'pending' | 'made' | 'failed' | 'canceled'
          'store_id'?: string
          'transfer_id'?: string
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'transfer_reversals_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'transfer_reversals_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'transfer_reversals_transfer_id_fkey'
            columns: ['transfer_id']
            isOneToOne: false
            referencedRelation: 'transfers'
            referencedColumns: ['id']
          },
        ]
      }
      'transfers': {
        Row: {
          'amount': number
          'attempt': number
          'called_at': string | null
          'created_at': string
          'currency': string
          'earning_id': string
          'failure_code': string | null
          'failure_message': string | null
          'id': string
          'made_at': string | null
          'next_attempt_at': string
          'order_id': string | null
          'part': number
          'payment_id': string | null
          'provider_transfer_id': string | null
          'reversed_amount': number
          'reversing_amount': number
          'status': 'pending' | 'made' | 'canceled'
          'store_id': string
          'updated_at': string
        }
        ComputedFields: never
        Insert: {
          'amount': number
          'attempt'?: number
          'called_at'?: string | null
          'created_at'?: string
          'currency': string
          'earning_id': string
          'failure_code'?: string | null
          'failure_message'?: string | null
          'id'?: string
          'made_at'?: string | null
          'next_attempt_at'?: string
          'order_id'?: string | null
          'part': number
          'payment_id'?: string | null
          'provider_transfer_id'?: string | null
          'reversed_amount'?: number
          'reversing_amount'?: number
          'status'?: 'pending' | 'made' | 'canceled'
          'store_id': string
          'updated_at'?: string
        }
        Update: {
          'amount'?: number
          'attempt'?: number
          'called_at'?: string | null
          'created_at'?: string
          'currency'?: string
          'earning_id'?: string
          'failure_code'?: string | null
          'failure_message'?: string | null
          'id'?: string
          'made_at'?: string | null
          'next_attempt_at'?: string
          'order_id'?: string | null
          'part'?: number
          'payment_id'?: string | null
          'provider_transfer_id'?: string | null
          'reversed_amount'?: number
          'reversing_amount'?: number
          'status'?: 'pending' | 'made' | 'canceled'
          'store_id'?: string
          'updated_at'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'transfers_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'admin_orders'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'transfers_order_id_fkey'
            columns: ['order_id']
            isOneToOne: false
            referencedRelation: 'orders'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'transfers_payment_id_fkey'
            columns: ['payment_id']
            isOneToOne: false
            referencedRelation: 'payments'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'transfers_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'transfers_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'waiting_list': {
        Row: {
          'created_at': string
          'customer_id': string
          'id': string
          'offer_expires_at': string | null
          'offered_booking_id': string | null
          'party_size': number
          'service_id': string
          'staff_id': string | null
          'status': 'waiting' | 'offered' | 'taken' | 'lapsed' | 'left'
          'store_id': string
          'updated_at': string
          'wanted': unknown
        }
        ComputedFields: never
        Insert: {
          'created_at'?: string
          'customer_id': string
          'id'?: string
          'offer_expires_at'?: string | null
          'offered_booking_id'?: string | null
          'party_size'?: number
          'service_id': string
          'staff_id'?: string | null
          'status'?: 'waiting' | 'offered' | 'taken' | 'lapsed' | 'left'
          'store_id': string
          'updated_at'?: string
          'wanted': unknown
        }
        Update: {
          'created_at'?: string
          'customer_id'?: string
          'id'?: string
          'offer_expires_at'?: string | null
          'offered_booking_id'?: string | null
          'party_size'?: number
          'service_id'?: string
          'staff_id'?: string | null
          'status'?: 'waiting' | 'offered' | 'taken' | 'lapsed' | 'left'
          'store_id'?: string
          'updated_at'?: string
          'wanted'?: unknown
        }
        Relationships: [
          {
            foreignKeyName: 'waiting_list_offered_booking_id_fkey'
            columns: ['offered_booking_id']
            isOneToOne: false
            referencedRelation: 'admin_bookings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'waiting_list_offered_booking_id_fkey'
            columns: ['offered_booking_id']
            isOneToOne: false
            referencedRelation: 'bookings'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'waiting_list_service_id_fkey'
            columns: ['service_id', 'store_id']
            isOneToOne: false
            referencedRelation: 'services'
            referencedColumns: ['id', 'store_id']
          },
          {
            foreignKeyName: 'waiting_list_staff_id_fkey'
            columns: ['staff_id', 'store_id']
            isOneToOne: false
            referencedRelation: 'staff'
            referencedColumns: ['id', 'store_id']
          },
        ]
      }
      'webhook_deliveries': {
        Row: {
          'attempts': number
          'created_at': string
          'delivered_at': string | null
          'duration_ms': number | null
          'endpoint_id': string
          'error': string | null
          'event_id': string
          'id': string
          'leased_until': string | null
          'next_attempt_at': string
          'response_code': number | null
          'status': 'pending' | 'delivered' | 'failed'
          'store_id': string | null
        }
        ComputedFields: never
        Insert: {
          'attempts'?: number
          'created_at'?: string
          'delivered_at'?: string | null
          'duration_ms'?: number | null
          'endpoint_id': string
          'error'?: string | null
          'event_id': string
          'id'?: string
          'leased_until'?: string | null
          'next_attempt_at'?: string
          'response_code'?: number | null
          'status'?: 'pending' | 'delivered' | 'failed'
          'store_id'?: string | null
        }
        Update: {
          'attempts'?: number
          'created_at'?: string
          'delivered_at'?: string | null
          'duration_ms'?: number | null
          'endpoint_id'?: string
          'error'?: string | null
          'event_id'?: string
          'id'?: string
          'leased_until'?: string | null
          'next_attempt_at'?: string
          'response_code'?: number | null
          'status'?: 'pending' | 'delivered' | 'failed'
          'store_id'?: string | null
        }
        Relationships: [
          {
            foreignKeyName: 'webhook_deliveries_endpoint_id_fkey'
            columns: ['endpoint_id']
            isOneToOne: false
            referencedRelation: 'webhook_endpoints'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'webhook_deliveries_event_id_fkey'
            columns: ['event_id']
            isOneToOne: false
            referencedRelation: 'webhook_events'
            referencedColumns: ['id']
          },
        ]
      }
      'webhook_endpoints': {
        Row: {
          'created_at': string
          'disabled_at': string | null
          'disabled_reason': string | null
          'events': (string)[]
          'failing_since': string | null
          'id': string
          'old_secret_expires_at': string | null
          'secret_version': number
          'store_id': string | null
          'updated_at': string
          'url': string
        }
        ComputedFields: never
        Insert: {
          'created_at'?: string
          'disabled_at'?: string | null
          'disabled_reason'?: string | null
          'events': (string)[]
          'failing_since'?: string | null
          'id'?: string
          'old_secret_expires_at'?: string | null
          'secret_version'?: number
          'store_id'?: string | null
          'updated_at'?: string
          'url': string
        }
        Update: {
          'created_at'?: string
          'disabled_at'?: string | null
          'disabled_reason'?: string | null
          'events'?: (string)[]
          'failing_since'?: string | null
          'id'?: string
          'old_secret_expires_at'?: string | null
          'secret_version'?: number
          'store_id'?: string | null
          'updated_at'?: string
          'url'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'webhook_endpoints_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'webhook_endpoints_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'webhook_events': {
        Row: {
          'created_at': string
          'data': NonNullable<Json>
          'id': string
          'store_id': string
          'type': string
        }
        ComputedFields: never
        Insert: {
          'created_at'?: string
          'data': NonNullable<Json>
          'id'?: string
          'store_id': string
          'type': string
        }
        Update: {
          'created_at'?: string
          'data'?: NonNullable<Json>
          'id'?: string
          'store_id'?: string
          'type'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'webhook_events_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'admin_stores'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'webhook_events_store_id_fkey'
            columns: ['store_id']
            isOneToOne: false
            referencedRelation: 'stores'
            referencedColumns: ['id']
          },
        ]
      }
      'wishlist_items': {
        Row: {
          'created_at': string
          'product_id': string
          'user_id': string
        }
        ComputedFields: never
        Insert: {
          'created_at'?: string
          'product_id': string
          'user_id'?: string
        }
        Update: {
          'created_at'?: string
          'product_id'?: string
          'user_id'?: string
        }
        Relationships: [
          {
            foreignKeyName: 'wishlist_items_product_id_fkey'
            columns: ['product_id']
            isOneToOne: false
            referencedRelation: 'admin_products'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'wishlist_items_product_id_fkey'
            columns: ['product_id']
            isOneToOne: false
            referencedRelation: 'products'
            referencedColumns: ['id']
          },
        ]
      }
    }
    Views: {
      'admin_alerts': {
        Row: {
          'created_at': string | null
          'data': Json | null
          'id': string | null
          'message': string | null
          'resolution': string | null
          'resolved_at': string | null
          'resolved_by': string | null
          'rule': string | null
        }
        ComputedFields: never
        Relationships: []
      }
      'admin_audit': {
        Row: {
          'action': 'insert' | 'update' | 'delete'
          'actor': string | null
          'after': Json | null
          'at': string
          'before': Json | null
          'id': string
          'reason': string | null
          'row_id': string
          'store': string | null
          'table_name': string
        }
        ComputedFields: never
        Relationships: []
      }
      'admin_bookings': {
        Row: {
          'cancel_reason': string | null
          'cancelled_by': 'customer' | 'store' | 'operator' | 'system' | null
          'created_at': string
          'currency': string
          'customer': string | null
          'customer_email': string | null
          'customer_phone': string | null
          'ends_at': string
          'id': string
          'paid_amount': number
          'party_size': number
          'price_amount': number
          'reference': string
          'refunded_amount': number
          'service': string
          'staff': string
          'starts_at': string
          'status':
            | 'held'
            | 'requested'
            | 'confirmed'
            | 'completed'
            | 'no_show'
            | 'cancelled'
            | 'declined'
            | 'expired'
          'store': string
          'time_zone': string
        }
        ComputedFields: never
        Relationships: []
      }
      'admin_jobs': {
        Row: {
          'every_seconds': number | null
          'failure': string | null
          'is_late': boolean | null
          'last_run_at': string | null
          'name': string | null
          'run_seconds': number | null
          'runs': number | null
        }
        ComputedFields: never
        Relationships: []
      }
      'admin_message_reports': {
        Row: {
          'attachments': NonNullable<Json>
          'author_side': 'customer' | 'store'
          'body': string
          'created_at': string
          'decided_at': string | null
          'decision_reason': string | null
          'id': string
          'note': string | null
          'reason': 'spam' | 'abuse' | 'fraud' | 'illegal' | 'other'
          'status': 'open' | 'removed' | 'dismissed'
          'store': string | null
        }
        ComputedFields: never
        Relationships: []
      }
      'admin_moderation': {
        Row: {
          'appeal': string | null
          'author_name': string | null
          'body': string
          'causes': (string)[]
          'closed_at': string | null
          'id': string
          'last_action': string | null
          'last_facts': string | null
          'last_rule': string | null
          'opened_at': string
          'rating': number
          'reasons': (string)[] | null
          'report_count': number | null
          'review_id': string
          'status': 'visible' | 'hidden'
          'store': string
          'subject_type': 'product' | 'store' | 'service'
        }
        ComputedFields: never
        Relationships: [
          {
            foreignKeyName: 'moderation_items_review_id_fkey'
            columns: ['review_id']
            isOneToOne: false
            referencedRelation: 'admin_reviews'
            referencedColumns: ['id']
          },
          {
            foreignKeyName: 'moderation_items_review_id_fkey'
            columns: ['review_id']
            isOneToOne: false
            referencedRelation: 'reviews'
            referencedColumns: ['id']
          },
        ]
      }
      'admin_orders': {
        Row: {
          'cancel_reason': string | null
          'created_at': string
          'currency': string
          'customer': string | null
          'customer_email': string | null
          'customer_phone': string | null
          'id': string
          'item_count': number
          'payment_method': 'card' | 'cash_on_delivery'
          'payment_status': 'unpaid' | 'paid' | 'partially_refunded' | 'refunded'
          'reference': string | null
          'refunded_amount': number
          'status':
            | 'pending'
            | 'confirmed'
            | 'processing'
            | 'shipped'
            | 'delivered'
            | 'received'
            | 'cancelled'
          'store': string
          'total_amount': number
        }
        ComputedFields: never
        Relationships: []
      }
      'admin_products': {
        Row: {
          'category': string
          'created_at': string
          'currency': string
          'deleted_at': string | null
          'id': string
          'is_in_stock': boolean
          'is_listed': boolean
          'mrp_amount': number | null
          'name': string
          'price_amount': number | null
          'rating_average': number | null
          'rating_count': number | null
          'sales_count': number
          'status': 'draft' | 'active' | 'archived'
          'store': string
        }
        ComputedFields: never
        Relationships: []
      }
      'admin_refunds': {
        Row: {
          'amount': number
          'created_at': string
          'currency': string | null
          'customer': string | null
          'id': string
          'order_reference': string | null
          'provider_refund_id': string | null
          'reason': string | null
          'status': 'requested' | 'approved' | 'rejected' | 'processing' | 'succeeded' | 'failed'
          'store': string | null
        }
        ComputedFields: never
        Relationships: []
      }
      'admin_reviews': {
        Row: {
          'author_id': string | null
          'author_name': string | null
          'body': string
          'created_at': string
          'edited_after_reply': boolean
          'edited_at': string | null
          'helpful_count': number
          'id': string
          'rating': number
          'reply': string | null
          'status': 'visible' | 'hidden'
          'store': string
          'subject': string | null
          'subject_type': 'product' | 'store' | 'service'
          'unhelpful_count': number
        }
        ComputedFields: never
        Relationships: []
      }
      'admin_stock': {
        Row: {
          'available': number | null
          'is_low': boolean
          'low_stock_threshold': number
          'on_hand': number
          'product': string
          'reserved': number
          'sku': string | null
          'store': string
          'updated_at': string
          'variant': string
          'variant_id': string
        }
        ComputedFields: never
        Relationships: [
          {
            foreignKeyName: 'stock_levels_variant_id_fkey'
            columns: ['variant_id']
            isOneToOne: true
            referencedRelation: 'product_variants'
            referencedColumns: ['id']
          },
        ]
      }
      'admin_stores': {
        Row: {
          'city': string
          'country_code': string
          'created_at': string
          'currency': string
          'id': string
          'is_open': boolean
          'link': string
          'listed_products': number | null
          'name': string
          'owner_email': string | null
          'owner_name': string | null
          'owner_phone': string | null
          'rating_average': number | null
          'rating_count': number | null
          'status': 'pending' | 'active' | 'suspended' | 'closed'
        }
        ComputedFields: never
        Relationships: [
          {
            foreignKeyName: 'stores_country_code_fkey'
            columns: ['country_code']
            isOneToOne: false
            referencedRelation: 'countries'
            referencedColumns: ['code']
          },
          {
            foreignKeyName: 'stores_currency_fkey'
            columns: ['currency']
            isOneToOne: false
            referencedRelation: 'currencies'
            referencedColumns: ['code']
          },
          {
            foreignKeyName: 'stores_id_slug_fkey'
            columns: ['id', 'link']
            isOneToOne: false
            referencedRelation: 'store_links'
            referencedColumns: ['store_id', 'slug']
          },
        ]
      }
    }
    Functions: {
      'accept_dispute': {
        Args: { 'dispute_id': string }
        Returns: {
          'amount': number
          'closed_at': string | null
          'created_at': string
          'currency': string
          'evidence_due_at': string | null
          'excess_amount': number
          'fee_amount': number
          'id': string
          'payment_id': string
          'provider_dispute_id': string
          'reason': string
          'status':
            | 'warning_needs_response'
            | 'warning_under_review'
            | 'needs_response'
            | 'under_review'
            | 'warning_closed'
            | 'prevented'
            | 'lost'
            | 'won'
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'disputes'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'accept_invitation': {
        Args: { 'token': string }
        Returns: {
          'created_at': string
          'role': 'owner' | 'manager' | 'staff'
          'store_id': string
          'user_id': string
        }
        SetofOptions: {
          from: '*'
          to: 'store_members'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'accept_offer': {
        Args: { 'waiting_id': string }
        Returns: {
          'blocks_until': string | null
          'cancel_fee_bps': number
          'cancel_free_until': string
          'cancel_minutes': number
          'cancel_reason': string | null
          'cancelled_at': string | null
          'cancelled_by': 'customer' | 'store' | 'operator' | 'system' | null
          'checkout_id': string | null
          'commission_amount': number
          'commission_bps': number
          'completed_at': string | null
          'confirmed_at': string | null
          'created_at': string
          'currency': string
          'customer_email': string | null
          'customer_id': string | null
          'customer_name': string | null
          'customer_phone': string | null
          'decide_by': string | null
          'deposit_amount': number
          'due_amount': number
          'ends_at': string
          'hold_expires_at': string | null
          'ics_sequence': number
          'id': string
          'note': string | null
          'paid_amount': number
          'party_size': number
          'price_amount': number
          'reference': string
          'refund_amount': number | null
          'refunded_amount': number
          'refunding_amount': number
          'service_id': string
          'service_name': string
          'session_id': string
          'staff_id': string
          'staff_name': string
          'starts_at': string
          'status':
            | 'held'
            | 'requested'
            | 'confirmed'
            | 'completed'
            | 'no_show'
            | 'cancelled'
            | 'declined'
            | 'expired'
          'store_id': string
          'time_zone': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'bookings'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'add_to_cart': {
        Args: {
          'cart_token'?: string | null
          'product_id'?: string | null
          'quantity'?: number
          'variant_id'?: string | null
          'with_cart'?: boolean
        }
        Returns: Answers['add_to_cart']
      }
      'adjust_stock': {
        Args: {
          'quantity': number
          'reason'?: Arguments['adjust_stock']['reason']
          'reference'?: string | null
          'variant_id': string
        }
        Returns: {
          'is_low': boolean
          'low_stock_threshold': number
          'on_hand': number
          'reserved': number
          'store_id': string
          'updated_at': string
          'variant_id': string
        }
        SetofOptions: {
          from: '*'
          to: 'stock_levels'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'advance_order': {
        Args: {
          'carrier'?: string | null
          'order_id': string
          'status': Arguments['advance_order']['status']
          'tracking_number'?: string | null
          'tracking_url'?: string | null
        }
        Returns: {
          'cancel_reason': string | null
          'cancelled_at': string | null
          'checkout_id': string
          'confirmed_at': string | null
          'created_at': string
          'currency': string
          'customer_email': string | null
          'customer_id': string | null
          'customer_name': string | null
          'customer_phone': string | null
          'delivered_at': string | null
          'discount_amount': number
          'id': string
          'included_tax_amount': number
          'item_count': number
          'number': number | null
          'payment_method': 'card' | 'cash_on_delivery'
          'payment_status': 'unpaid' | 'paid' | 'partially_refunded' | 'refunded'
          'platform_discount_amount': number
          'received_at': string | null
          'reference': string | null
          'refunded_amount': number
          'refunding_amount': number
          'shipped_at': string | null
          'shipping_address': Columns['orders']['shipping_address']
          'shipping_amount': number
          'shipping_kind': string | null
          'shipping_method_name': string | null
          'status':
            | 'pending'
            | 'confirmed'
            | 'processing'
            | 'shipped'
            | 'delivered'
            | 'received'
            | 'cancelled'
          'store_id': string
          'subtotal_amount': number
          'tax_amount': number
          'total_amount': number
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'orders'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'appeal_decision': {
        Args: { 'body': string; 'decision_id': string }
        Returns: {
          'body': string
          'created_at': string
          'decision_id': string
          'user_id': string
        }
        SetofOptions: {
          from: '*'
          to: 'decision_appeals'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'apply_coupon': {
        Args: { 'cart_token'?: string | null; 'code': string; 'store_id'?: string | null }
        Returns: Answers['apply_coupon']
      }
      'apply_payment_event': {
        Args: {
          'event_id': string
          'event_type': string
          'fact'?: Json | null
          'livemode': boolean
          'occurred_at': string
        }
        Returns: Answers['apply_payment_event']
      }
      'archive_conversation': {
        Args: { 'conversation_id': string; 'is_archived'?: boolean }
        Returns: Answers['archive_conversation']
      }
      'assign_conversation': {
        Args: { 'conversation_id': string; 'user_id'?: string | null }
        Returns: Answers['assign_conversation']
      }
      'attach_payment_intent': {
        Args: { 'attempt': number; 'payment_id': string; 'provider_intent_id': string }
        Returns: Answers['attach_payment_intent']
      }
      'attach_payout_account': {
        Args: { 'provider_account_id': string; 'store_id': string }
        Returns: Answers['attach_payout_account']
      }
      'attach_refund': {
        Args: {
          'failure'?: string | null
          'provider_refund_id': string
          'refund_id': string
          'status': string
        }
        Returns: Answers['attach_refund']
      }
      'available_days': {
        Args: {
          'from_date': string
          'party_size'?: number
          'service_id': string
          'staff_id'?: string | null
          'to_date': string
        }
        Returns: Answers['available_days']
        SetofOptions: {
          from: '*'
          to: 'available_day'
          isOneToOne: false
          isSetofReturn: true
        }
      }
      'available_slots': {
        Args: {
          'from_time': string
          'party_size'?: number
          'service_id': string
          'staff_id'?: string | null
          'to_time': string
        }
        Returns: Answers['available_slots']
        SetofOptions: {
          from: '*'
          to: 'available_slot'
          isOneToOne: false
          isSetofReturn: true
        }
      }
      'block_customer': {
        Args: { 'customer_id': string; 'store_id': string }
        Returns: {
          'created_at': string
          'customer_id': string
          'side': 'customer' | 'store'
          'store_id': string
        }
        SetofOptions: {
          from: '*'
          to: 'chat_blocks'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'block_store': {
        Args: { 'store_id': string }
        Returns: {
          'created_at': string
          'customer_id': string
          'side': 'customer' | 'store'
          'store_id': string
        }
        SetofOptions: {
          from: '*'
          to: 'chat_blocks'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'book_slot': {
        Args: {
          'idempotency_key': string
          'note'?: string | null
          'party_size'?: number
          'service_id': string
          'staff_id'?: string | null
          'starts_at': string
        }
        Returns: {
          'blocks_until': string | null
          'cancel_fee_bps': number
          'cancel_free_until': string
          'cancel_minutes': number
          'cancel_reason': string | null
          'cancelled_at': string | null
          'cancelled_by': 'customer' | 'store' | 'operator' | 'system' | null
          'checkout_id': string | null
          'commission_amount': number
          'commission_bps': number
          'completed_at': string | null
          'confirmed_at': string | null
          'created_at': string
          'currency': string
          'customer_email': string | null
          'customer_id': string | null
          'customer_name': string | null
          'customer_phone': string | null
          'decide_by': string | null
          'deposit_amount': number
          'due_amount': number
          'ends_at': string
          'hold_expires_at': string | null
          'ics_sequence': number
          'id': string
          'note': string | null
          'paid_amount': number
          'party_size': number
          'price_amount': number
          'reference': string
          'refund_amount': number | null
          'refunded_amount': number
          'refunding_amount': number
          'service_id': string
          'service_name': string
          'session_id': string
          'staff_id': string
          'staff_name': string
          'starts_at': string
          'status':
            | 'held'
            | 'requested'
            | 'confirmed'
            | 'completed'
            | 'no_show'
            | 'cancelled'
            | 'declined'
            | 'expired'
          'store_id': string
          'time_zone': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'bookings'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'booking_by_token': { Args: { 'token': string }; Returns: Answers['booking_by_token'] }
      'calendar_booking': {
        Args: { 'booking_id': string; 'token'?: string | null }
        Returns: Answers['calendar_booking']
      }
      'calendar_feed': { Args: { 'token': string }; Returns: Answers['calendar_feed'] }
      'cancel_booking': {
        Args: { 'booking_id': string; 'reason'?: string | null }
        Returns: {
          'blocks_until': string | null
          'cancel_fee_bps': number
          'cancel_free_until': string
          'cancel_minutes': number
          'cancel_reason': string | null
          'cancelled_at': string | null
          'cancelled_by': 'customer' | 'store' | 'operator' | 'system' | null
          'checkout_id': string | null
          'commission_amount': number
          'commission_bps': number
          'completed_at': string | null
          'confirmed_at': string | null
          'created_at': string
          'currency': string
          'customer_email': string | null
          'customer_id': string | null
          'customer_name': string | null
          'customer_phone': string | null
          'decide_by': string | null
          'deposit_amount': number
          'due_amount': number
          'ends_at': string
          'hold_expires_at': string | null
          'ics_sequence': number
          'id': string
          'note': string | null
          'paid_amount': number
          'party_size': number
          'price_amount': number
          'reference': string
          'refund_amount': number | null
          'refunded_amount': number
          'refunding_amount': number
          'service_id': string
          'service_name': string
          'session_id': string
          'staff_id': string
          'staff_name': string
          'starts_at': string
          'status':
            | 'held'
            | 'requested'
            | 'confirmed'
            | 'completed'
            | 'no_show'
            | 'cancelled'
            | 'declined'
            | 'expired'
          'store_id': string
          'time_zone': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'bookings'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'cancel_by_token': {
        Args: { 'reason'?: string | null; 'token': string }
        Returns: Answers['cancel_by_token']
      }
      'cancel_order': {
        Args: { 'order_id': string; 'reason'?: string | null }
        Returns: {
          'cancel_reason': string | null
          'cancelled_at': string | null
          'checkout_id': string
          'confirmed_at': string | null
          'created_at': string
          'currency': string
          'customer_email': string | null
          'customer_id': string | null
          'customer_name': string | null
          'customer_phone': string | null
          'delivered_at': string | null
          'discount_amount': number
          'id': string
          'included_tax_amount': number
          'item_count': number
          'number': number | null
          'payment_method': 'card' | 'cash_on_delivery'
          'payment_status': 'unpaid' | 'paid' | 'partially_refunded' | 'refunded'
          'platform_discount_amount': number
          'received_at': string | null
          'reference': string | null
          'refunded_amount': number
          'refunding_amount': number
          'shipped_at': string | null
          'shipping_address': Columns['orders']['shipping_address']
          'shipping_amount': number
          'shipping_kind': string | null
          'shipping_method_name': string | null
          'status':
            | 'pending'
            | 'confirmed'
            | 'processing'
            | 'shipped'
            | 'delivered'
            | 'received'
            | 'cancelled'
          'store_id': string
          'subtotal_amount': number
          'tax_amount': number
          'total_amount': number
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'orders'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'change_member_role': {
        Args: { 'role': Arguments['change_member_role']['role']; 'store_id': string; 'user_id': string }
        Returns: {
          'created_at': string
          'role': 'owner' | 'manager' | 'staff'
          'store_id': string
          'user_id': string
        }
        SetofOptions: {
          from: '*'
          to: 'store_members'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'check_invariants': {
        Args: Record<PropertyKey, never>
        Returns: {
          'detail': string
          'rule': string
          'subject': string
        }[]
      }
      'checkout': {
        Args: {
          'cart_id'?: string | null
          'cart_token'?: string | null
          'expected_total_amount'?: number | null
          'idempotency_key': string
          'payment_method': Arguments['checkout']['payment_method']
          'shipping_address'?: Arguments['checkout']['shipping_address'] | null
          'shipping_address_id'?: string | null
          'shipping_methods'?: Arguments['checkout']['shipping_methods'] | null
          'store_ids'?: (string)[] | null
        }
        Returns: Answers['checkout']
      }
      'claim_cart': { Args: { 'cart_token'?: string | null }; Returns: Answers['claim_cart'] }
      'claim_outbox': {
        Args: { 'lease_seconds'?: number; 'max_rows'?: number }
        Returns: {
          'attempt': number
          'channel': string
          'data': Json
          'id': string
          'locale': string
          'recipient': string
          'reply_to': string
          'template': string
          'unsubscribe_token': string
        }[]
      }
      'claim_webhooks': {
        Args: { 'lease_seconds'?: number; 'max_rows'?: number }
        Returns: {
          'attempt': number
          'data': Json
          'event_id': string
          'id': string
          'occurred_at': string
          'secrets': (string)[]
          'type': string
          'url': string
        }[]
      }
      'clear_cart': { Args: { 'cart_token'?: string | null }; Returns: Answers['clear_cart'] }
      'close_store': {
        Args: { 'store_id': string }
        Returns: {
          'city': string
          'country_code': string
          'created_at': string
          'currency': string
          'description': string
          'email': string | null
          'id': string
          'is_open': boolean
          'is_tax_inclusive': boolean
          'line1': string
          'line2': string | null
          'logo_path': string | null
          'name': string
          'order_prefix': string
          'owner_id': string
          'phone': string | null
          'postal_code': string | null
          'receipt_prefix': string | null
          'region': string | null
          'reminder_hours': (number)[]
          'slug': string
          'status': 'pending' | 'active' | 'suspended' | 'closed'
          'tax_number': string | null
          'tax_rate_bps': number
          'time_zone': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'stores'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'compare_provider_balance': {
        Args: { 'amount': number; 'currency': string }
        Returns: Answers['compare_provider_balance']
      }
      'complete_booking': {
        Args: { 'booking_id': string }
        Returns: {
          'blocks_until': string | null
          'cancel_fee_bps': number
          'cancel_free_until': string
          'cancel_minutes': number
          'cancel_reason': string | null
          'cancelled_at': string | null
          'cancelled_by': 'customer' | 'store' | 'operator' | 'system' | null
          'checkout_id': string | null
          'commission_amount': number
          'commission_bps': number
          'completed_at': string | null
          'confirmed_at': string | null
          'created_at': string
          'currency': string
          'customer_email': string | null
          'customer_id': string | null
          'customer_name': string | null
          'customer_phone': string | null
          'decide_by': string | null
          'deposit_amount': number
          'due_amount': number
          'ends_at': string
          'hold_expires_at': string | null
          'ics_sequence': number
          'id': string
          'note': string | null
          'paid_amount': number
          'party_size': number
          'price_amount': number
          'reference': string
          'refund_amount': number | null
          'refunded_amount': number
          'refunding_amount': number
          'service_id': string
          'service_name': string
          'session_id': string
          'staff_id': string
          'staff_name': string
          'starts_at': string
          'status':
            | 'held'
            | 'requested'
            | 'confirmed'
            | 'completed'
            | 'no_show'
            | 'cancelled'
            | 'declined'
            | 'expired'
          'store_id': string
          'time_zone': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'bookings'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'confirm_receipt': {
        Args: { 'order_id': string }
        Returns: {
          'cancel_reason': string | null
          'cancelled_at': string | null
          'checkout_id': string
          'confirmed_at': string | null
          'created_at': string
          'currency': string
          'customer_email': string | null
          'customer_id': string | null
          'customer_name': string | null
          'customer_phone': string | null
          'delivered_at': string | null
          'discount_amount': number
          'id': string
          'included_tax_amount': number
          'item_count': number
          'number': number | null
          'payment_method': 'card' | 'cash_on_delivery'
          'payment_status': 'unpaid' | 'paid' | 'partially_refunded' | 'refunded'
          'platform_discount_amount': number
          'received_at': string | null
          'reference': string | null
          'refunded_amount': number
          'refunding_amount': number
          'shipped_at': string | null
          'shipping_address': Columns['orders']['shipping_address']
          'shipping_amount': number
          'shipping_kind': string | null
          'shipping_method_name': string | null
          'status':
            | 'pending'
            | 'confirmed'
            | 'processing'
            | 'shipped'
            | 'delivered'
            | 'received'
            | 'cancelled'
          'store_id': string
          'subtotal_amount': number
          'tax_amount': number
          'total_amount': number
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'orders'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'correct_ledger': {
        Args: {
          'amount': number
          'correction_id': string
          'currency': string
          'note': string
          'store_id': string
        }
        Returns: Answers['correct_ledger']
      }
      'create_calendar_feed': { Args: { 'staff_id': string }; Returns: Answers['create_calendar_feed'] }
      'create_store': {
        Args: {
          'city': string
          'country_code': string
          'currency'?: string | null
          'description'?: string
          'email'?: string | null
          'line1': string
          'line2'?: string | null
          'name': string
          'phone'?: string | null
          'postal_code'?: string | null
          'region'?: string | null
          'time_zone'?: string
        }
        Returns: {
          'city': string
          'country_code': string
          'created_at': string
          'currency': string
          'description': string
          'email': string | null
          'id': string
          'is_open': boolean
          'is_tax_inclusive': boolean
          'line1': string
          'line2': string | null
          'logo_path': string | null
          'name': string
          'order_prefix': string
          'owner_id': string
          'phone': string | null
          'postal_code': string | null
          'receipt_prefix': string | null
          'region': string | null
          'reminder_hours': (number)[]
          'slug': string
          'status': 'pending' | 'active' | 'suspended' | 'closed'
          'tax_number': string | null
          'tax_rate_bps': number
          'time_zone': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'stores'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'create_webhook_endpoint': {
        Args: { 'events': Arguments['create_webhook_endpoint']['events']; 'store_id': string; 'url': string }
        Returns: Answers['create_webhook_endpoint']
      }
      'decide_booking': {
        Args: { 'approve': boolean; 'booking_id': string; 'reason'?: string | null }
        Returns: {
          'blocks_until': string | null
          'cancel_fee_bps': number
          'cancel_free_until': string
          'cancel_minutes': number
          'cancel_reason': string | null
          'cancelled_at': string | null
          'cancelled_by': 'customer' | 'store' | 'operator' | 'system' | null
          'checkout_id': string | null
          'commission_amount': number
          'commission_bps': number
          'completed_at': string | null
          'confirmed_at': string | null
          'created_at': string
          'currency': string
          'customer_email': string | null
          'customer_id': string | null
          'customer_name': string | null
          'customer_phone': string | null
          'decide_by': string | null
          'deposit_amount': number
          'due_amount': number
          'ends_at': string
          'hold_expires_at': string | null
          'ics_sequence': number
          'id': string
          'note': string | null
          'paid_amount': number
          'party_size': number
          'price_amount': number
          'reference': string
          'refund_amount': number | null
          'refunded_amount': number
          'refunding_amount': number
          'service_id': string
          'service_name': string
          'session_id': string
          'staff_id': string
          'staff_name': string
          'starts_at': string
          'status':
            | 'held'
            | 'requested'
            | 'confirmed'
            | 'completed'
            | 'no_show'
            | 'cancelled'
            | 'declined'
            | 'expired'
          'store_id': string
          'time_zone': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'bookings'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'decide_refund': {
        Args: { 'approve': boolean; 'note'?: string | null; 'refund_id': string; 'restock'?: boolean }
        Returns: {
          'amount': number
          'attempts': number
          'booked_amount': number
          'booking_id': string | null
          'created_at': string
          'currency': string
          'customer_id': string | null
          'decided_at': string | null
          'decided_by': string | null
          'decision_note': string | null
          'failure': string | null
          'id': string
          'is_restocked': boolean
          'next_attempt_at': string
          'order_id': string | null
          'origin': 'customer' | 'store' | 'system' | 'provider' | 'dispute'
          'payment_id': string | null
          'provider_refund_id': string | null
          'reason': string | null
          'requested_by': string | null
          'status': 'requested' | 'approved' | 'rejected' | 'processing' | 'succeeded' | 'failed'
          'store_id': string | null
          'succeeded_at': string | null
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'refunds'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'delete_message': {
        Args: { 'conversation_id': string; 'seq': number }
        Returns: {
          'attachments': Columns['messages']['attachments']
          'body': string
          'client_id': string
          'conversation_id': string
          'created_at': string
          'deleted_at': string | null
          'deleted_by': string | null
          'edited_at': string | null
          'is_automatic': boolean
          'sender_id': string | null
          'seq': number
          'side': 'customer' | 'store'
          'side_seq': number
        }
        SetofOptions: {
          from: '*'
          to: 'messages'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'delete_product': { Args: { 'product_id': string }; Returns: undefined }
      'delete_review': { Args: { 'review_id': string }; Returns: undefined }
      'delete_webhook_endpoint': { Args: { 'endpoint_id': string }; Returns: undefined }
      'edit_message': {
        Args: { 'body': string; 'conversation_id': string; 'seq': number }
        Returns: {
          'attachments': Columns['messages']['attachments']
          'body': string
          'client_id': string
          'conversation_id': string
          'created_at': string
          'deleted_at': string | null
          'deleted_by': string | null
          'edited_at': string | null
          'is_automatic': boolean
          'sender_id': string | null
          'seq': number
          'side': 'customer' | 'store'
          'side_seq': number
        }
        SetofOptions: {
          from: '*'
          to: 'messages'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'evaluate_alerts': {
        Args: Record<PropertyKey, never>
        Returns: {
          'message': string
          'rule': string
        }[]
      }
      'export_products': { Args: { 'after_id'?: string | null; 'store_id': string }; Returns: string }
      'export_statement': {
        Args: {
          'after'?: number | null
          'currency'?: string | null
          'from_date'?: string | null
          'store_id': string
          'to_date'?: string | null
        }
        Returns: string
      }
      'get_cart': { Args: { 'cart_token'?: string | null }; Returns: Answers['get_cart'] }
      'get_conversation': { Args: { 'conversation_id': string }; Returns: Answers['get_conversation'] }
      'get_image_copies': { Args: { 'paths': (string)[] }; Returns: Answers['get_image_copies'] }
      'get_product': {
        Args: { 'link'?: string | null; 'product_id'?: string | null; 'slug'?: string | null }
        Returns: Answers['get_product']
      }
      'get_store_by_link': { Args: { 'link': string }; Returns: Answers['get_store_by_link'] }
      'get_store_catalog': {
        Args: {
          'cursor'?: string | null
          'link': string
          'max_categories'?: number
          'products_per_category'?: number
        }
        Returns: Answers['get_store_catalog']
      }
      'get_unsubscribe_link': { Args: { 'token': string }; Returns: Answers['get_unsubscribe_link'] }
      'import_products': {
        Args: {
          'csv'?: string | null
          'rows'?: Arguments['import_products']['rows'] | null
          'store_id': string
        }
        Returns: Answers['import_products']
      }
      'invite_member': {
        Args: {
          'email'?: string | null
          'phone'?: string | null
          'role': Arguments['invite_member']['role']
          'store_id': string
        }
        Returns: Answers['invite_member']
      }
      'issue_receipt': {
        Args: { 'order_id': string }
        Returns: {
          'content': NonNullable<Json>
          'customer_id': string | null
          'id': string
          'issued_at': string
          'kind': string
          'number': number | null
          'order_id': string | null
          'path': string
          'reference': string | null
          'store_id': string
        }
        SetofOptions: {
          from: '*'
          to: 'documents'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'join_waiting_list': {
        Args: {
          'from_time': string
          'party_size'?: number
          'service_id': string
          'staff_id'?: string | null
          'to_time': string
        }
        Returns: {
          'created_at': string
          'customer_id': string
          'id': string
          'offer_expires_at': string | null
          'offered_booking_id': string | null
          'party_size': number
          'service_id': string
          'staff_id': string | null
          'status': 'waiting' | 'offered' | 'taken' | 'lapsed' | 'left'
          'store_id': string
          'updated_at': string
          'wanted': unknown
        }
        SetofOptions: {
          from: '*'
          to: 'waiting_list'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'leave_waiting_list': {
        Args: { 'waiting_id': string }
        Returns: {
          'created_at': string
          'customer_id': string
          'id': string
          'offer_expires_at': string | null
          'offered_booking_id': string | null
          'party_size': number
          'service_id': string
          'staff_id': string | null
          'status': 'waiting' | 'offered' | 'taken' | 'lapsed' | 'left'
          'store_id': string
          'updated_at': string
          'wanted': unknown
        }
        SetofOptions: {
          from: '*'
          to: 'waiting_list'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'list_conversations': {
        Args: {
          'cursor'?: string | null
          'is_archived'?: boolean
          'page_size'?: number
          'store_id'?: string | null
        }
        Returns: Answers['list_conversations']
      }
      'list_dispute_answers_to_send': {
        Args: { 'max_rows'?: number }
        Returns: {
          'action': string
          'attempt': number
          'dispute_id': string
          'evidence': string
          'files': (string)[]
          'provider_dispute_id': string
        }[]
      }
      'list_messages': {
        Args: {
          'after_seq'?: number | null
          'before_seq'?: number | null
          'conversation_id': string
          'page_size'?: number
        }
        Returns: {
          'attachments': Columns['messages']['attachments']
          'body': string
          'client_id': string
          'conversation_id': string
          'created_at': string
          'deleted_at': string | null
          'deleted_by': string | null
          'edited_at': string | null
          'is_automatic': boolean
          'sender_id': string | null
          'seq': number
          'side': 'customer' | 'store'
          'side_seq': number
        }[]
        SetofOptions: {
          from: '*'
          to: 'messages'
          isOneToOne: false
          isSetofReturn: true
        }
      }
      'list_notifications': {
        Args: { 'cursor'?: string | null; 'page_size'?: number }
        Returns: Answers['list_notifications']
      }
      'list_payments_to_reconcile': {
        Args: { 'max_rows'?: number }
        Returns: {
          'action': string
          'attempt': number
          'checkout_id': string
          'payment_id': string
          'provider_intent_id': string
        }[]
      }
      'list_payments_without_fee': {
        Args: { 'max_rows'?: number }
        Returns: {
          'payment_id': string
          'provider_charge_id': string
        }[]
      }
      'list_payout_accounts_to_check': {
        Args: { 'max_rows'?: number }
        Returns: {
          'account_id': string
        }[]
      }
      'list_payouts_to_check': {
        Args: { 'max_rows'?: number }
        Returns: {
          'account_id': string
          'provider_payout_id': string
        }[]
      }
      'list_payouts_to_send': {
        Args: { 'max_rows'?: number }
        Returns: {
          'account_id': string
          'currency': string
          'payout_id': string
        }[]
      }
      'list_refunds_to_issue': {
        Args: { 'max_rows'?: number }
        Returns: {
          'amount': number
          'currency': string
          'provider_intent_id': string
          'refund_id': string
        }[]
      }
      'list_reversals_to_make': {
        Args: { 'max_rows'?: number }
        Returns: {
          'reversal_id': string
        }[]
      }
      'list_reviews': {
        Args: {
          'cursor'?: string | null
          'page_size'?: number
          'rating'?: number | null
          'sort'?: Arguments['list_reviews']['sort']
          'subject_id': string
          'subject_type': Arguments['list_reviews']['subject_type']
        }
        Returns: Answers['list_reviews']
      }
      'list_stale_attachments': { Args: { 'max'?: number }; Returns: string[] }
      'list_stale_image_copies': { Args: { 'max'?: number }; Returns: string[] }
      'list_transfers_to_make': {
        Args: { 'max_rows'?: number }
        Returns: {
          'transfer_id': string
        }[]
      }
      'mark_no_show': {
        Args: { 'booking_id': string }
        Returns: {
          'blocks_until': string | null
          'cancel_fee_bps': number
          'cancel_free_until': string
          'cancel_minutes': number
          'cancel_reason': string | null
          'cancelled_at': string | null
          'cancelled_by': 'customer' | 'store' | 'operator' | 'system' | null
          'checkout_id': string | null
          'commission_amount': number
          'commission_bps': number
          'completed_at': string | null
          'confirmed_at': string | null
          'created_at': string
          'currency': string
          'customer_email': string | null
          'customer_id': string | null
          'customer_name': string | null
          'customer_phone': string | null
          'decide_by': string | null
          'deposit_amount': number
          'due_amount': number
          'ends_at': string
          'hold_expires_at': string | null
          'ics_sequence': number
          'id': string
          'note': string | null
          'paid_amount': number
          'party_size': number
          'price_amount': number
          'reference': string
          'refund_amount': number | null
          'refunded_amount': number
          'refunding_amount': number
          'service_id': string
          'service_name': string
          'session_id': string
          'staff_id': string
          'staff_name': string
          'starts_at': string
          'status':
            | 'held'
            | 'requested'
            | 'confirmed'
            | 'completed'
            | 'no_show'
            | 'cancelled'
            | 'declined'
            | 'expired'
          'store_id': string
          'time_zone': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'bookings'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'mark_notifications_read': {
        Args: { 'up_to'?: string | null }
        Returns: Answers['mark_notifications_read']
      }
      'mark_outbox_failed': {
        Args: { 'error': string; 'id': string; 'permanent'?: boolean }
        Returns: undefined
      }
      'mark_outbox_gone': { Args: { 'id': string }; Returns: undefined }
      'mark_outbox_sent': { Args: { 'id': string; 'provider_id': string }; Returns: undefined }
      'mark_outbox_skipped': { Args: { 'id': string; 'reason': string }; Returns: undefined }
      'mark_read': { Args: { 'conversation_id': string; 'seq': number }; Returns: Answers['mark_read'] }
      'merge_cart': {
        Args: { 'cart_token'?: string | null; 'items': Arguments['merge_cart']['items'] }
        Returns: Answers['merge_cart']
      }
      'merge_categories': {
        Args: { 'from_id': string; 'into_id': string }
        Returns: {
          'created_at': string
          'id': string
          'name': string
          'parent_id': string | null
          'slug': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'categories'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'moderate_message': {
        Args: {
          'action': Arguments['moderate_message']['action']
          'reason'?: string | null
          'report_id': string
        }
        Returns: {
          'attachments': Columns['message_reports']['attachments']
          'author_side': 'customer' | 'store'
          'body': string
          'conversation_id': string
          'created_at': string
          'customer_id': string | null
          'decided_at': string | null
          'decision_reason': string | null
          'id': string
          'note': string | null
          'reason': 'spam' | 'abuse' | 'fraud' | 'illegal' | 'other'
          'reporter_id': string | null
          'seq': number
          'status': 'open' | 'removed' | 'dismissed'
          'store_id': string
        }
        SetofOptions: {
          from: '*'
          to: 'message_reports'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'moderate_review': {
        Args: {
          'action': Arguments['moderate_review']['action']
          'facts'?: string | null
          'review_id': string
          'rule'?: string | null
        }
        Returns: {
          'action': 'hide' | 'restore' | 'keep'
          'appeal_until': string
          'author_id': string | null
          'created_at': string
          'decided_by': string | null
          'facts': string | null
          'id': string
          'is_automated': boolean
          'item_id': string | null
          'review_id': string
          'rule': string | null
          'store_id': string
        }
        SetofOptions: {
          from: '*'
          to: 'moderation_decisions'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'prepare_payment': { Args: { 'checkout_id': string }; Returns: Answers['prepare_payment'] }
      'prepare_payout_account': { Args: { 'store_id': string }; Returns: Answers['prepare_payout_account'] }
      'prepare_payout_for_job': {
        Args: { 'available_amount': number; 'minimum_amount'?: number; 'payout_id': string }
        Returns: Answers['prepare_payout_for_job']
      }
      'prepare_refund': { Args: { 'refund_id': string }; Returns: Answers['prepare_refund'] }
      'prepare_refund_for_job': { Args: { 'refund_id': string }; Returns: Answers['prepare_refund_for_job'] }
      'prepare_reversal_for_job': {
        Args: { 'reversal_id': string }
        Returns: Answers['prepare_reversal_for_job']
      }
      'prepare_transfer_for_job': {
        Args: { 'transfer_id': string }
        Returns: Answers['prepare_transfer_for_job']
      }
      'quote_cancellation': { Args: { 'booking_id': string }; Returns: Answers['quote_cancellation'] }
      'quote_cart': {
        Args: {
          'cart_token'?: string | null
          'shipping_methods'?: Arguments['quote_cart']['shipping_methods'] | null
        }
        Returns: Answers['quote_cart']
      }
      'read_metrics': {
        Args: Record<PropertyKey, never>
        Returns: {
          'help': string
          'labels': Json
          'name': string
          'type': string
          'value': number
        }[]
      }
      'record_cash_payment': {
        Args: { 'order_id': string }
        Returns: {
          'cancel_reason': string | null
          'cancelled_at': string | null
          'checkout_id': string
          'confirmed_at': string | null
          'created_at': string
          'currency': string
          'customer_email': string | null
          'customer_id': string | null
          'customer_name': string | null
          'customer_phone': string | null
          'delivered_at': string | null
          'discount_amount': number
          'id': string
          'included_tax_amount': number
          'item_count': number
          'number': number | null
          'payment_method': 'card' | 'cash_on_delivery'
          'payment_status': 'unpaid' | 'paid' | 'partially_refunded' | 'refunded'
          'platform_discount_amount': number
          'received_at': string | null
          'reference': string | null
          'refunded_amount': number
          'refunding_amount': number
          'shipped_at': string | null
          'shipping_address': Columns['orders']['shipping_address']
          'shipping_amount': number
          'shipping_kind': string | null
          'shipping_method_name': string | null
          'status':
            | 'pending'
            | 'confirmed'
            | 'processing'
            | 'shipped'
            | 'delivered'
            | 'received'
            | 'cancelled'
          'store_id': string
          'subtotal_amount': number
          'tax_amount': number
          'total_amount': number
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'orders'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'record_dispute_answer': {
        Args: { 'attempt': number; 'code'?: string | null; 'dispute_id': string; 'message'?: string | null }
        Returns: Answers['record_dispute_answer']
      }
      'record_payment_fee': {
        Args: { 'fee_amount': number; 'payment_id': string }
        Returns: Answers['record_payment_fee']
      }
      'record_payout': {
        Args: {
          'failure_code'?: string | null
          'failure_message'?: string | null
          'payout_id': string
          'provider_payout_id': string
          'status': string
        }
        Returns: Answers['record_payout']
      }
      'record_payout_failure': {
        Args: { 'code': string; 'message': string; 'payout_id': string }
        Returns: Answers['record_payout_failure']
      }
      'record_request': {
        Args: {
          'duration_ms': number
          'function_name': string
          'method': string
          'route': string
          'status': number
        }
        Returns: undefined
      }
      'record_reversal': {
        Args: { 'provider_reversal_id': string; 'reversal_id': string }
        Returns: Answers['record_reversal']
      }
      'record_reversal_failure': {
        Args: { 'code': string; 'message': string; 'reversal_id': string }
        Returns: Answers['record_reversal_failure']
      }
      'record_transfer': {
        Args: { 'provider_transfer_id': string; 'transfer_id': string }
        Returns: Answers['record_transfer']
      }
      'record_transfer_failure': {
        Args: { 'code': string; 'message': string; 'transfer_id': string }
        Returns: Answers['record_transfer_failure']
      }
      'register_sms': { Args: { 'dedupe_key': string; 'phone': string }; Returns: Answers['register_sms'] }
      'remove_coupon': {
        Args: { 'cart_token'?: string | null; 'code'?: string | null }
        Returns: Answers['remove_coupon']
      }
      'remove_from_cart': {
        Args: { 'cart_token'?: string | null; 'variant_id': string }
        Returns: Answers['remove_from_cart']
      }
      'remove_member': { Args: { 'store_id': string; 'user_id': string }; Returns: undefined }
      'rename_category': {
        Args: { 'category_id': string; 'name': string; 'parent_id'?: string | null }
        Returns: {
          'created_at': string
          'id': string
          'name': string
          'parent_id': string | null
          'slug': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'categories'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'rename_store_link': {
        Args: { 'link': string; 'store_id': string }
        Returns: {
          'city': string
          'country_code': string
          'created_at': string
          'currency': string
          'description': string
          'email': string | null
          'id': string
          'is_open': boolean
          'is_tax_inclusive': boolean
          'line1': string
          'line2': string | null
          'logo_path': string | null
          'name': string
          'order_prefix': string
          'owner_id': string
          'phone': string | null
          'postal_code': string | null
          'receipt_prefix': string | null
          'region': string | null
          'reminder_hours': (number)[]
          'slug': string
          'status': 'pending' | 'active' | 'suspended' | 'closed'
          'tax_number': string | null
          'tax_rate_bps': number
          'time_zone': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'stores'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'replay_webhook_delivery': {
        Args: { 'delivery_id': string }
        Returns: {
          'attempts': number
          'created_at': string
          'delivered_at': string | null
          'duration_ms': number | null
          'endpoint_id': string
          'error': string | null
          'event_id': string
          'id': string
          'leased_until': string | null
          'next_attempt_at': string
          'response_code': number | null
          'status': 'pending' | 'delivered' | 'failed'
          'store_id': string | null
        }
        SetofOptions: {
          from: '*'
          to: 'webhook_deliveries'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'reply_to_review': {
        Args: { 'body': string; 'review_id': string }
        Returns: {
          'author_id': string | null
          'body': string
          'created_at': string
          'edited_at': string | null
          'is_visible': boolean
          'review_id': string
          'store_id': string
        }
        SetofOptions: {
          from: '*'
          to: 'review_replies'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'report_message': {
        Args: {
          'conversation_id': string
          'note'?: string | null
          'reason': Arguments['report_message']['reason']
          'seq': number
        }
        Returns: {
          'attachments': Columns['message_reports']['attachments']
          'author_side': 'customer' | 'store'
          'body': string
          'conversation_id': string
          'created_at': string
          'customer_id': string | null
          'decided_at': string | null
          'decision_reason': string | null
          'id': string
          'note': string | null
          'reason': 'spam' | 'abuse' | 'fraud' | 'illegal' | 'other'
          'reporter_id': string | null
          'seq': number
          'status': 'open' | 'removed' | 'dismissed'
          'store_id': string
        }
        SetofOptions: {
          from: '*'
          to: 'message_reports'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'report_review': {
        Args: { 'note'?: string | null; 'reason': Arguments['report_review']['reason']; 'review_id': string }
        Returns: {
          'created_at': string
          'item_id': string
          'note': string | null
          'reason': 'spam' | 'offensive' | 'false' | 'off_topic' | 'personal_data' | 'illegal' | 'other'
          'reporter_id': string
          'review_id': string
        }
        SetofOptions: {
          from: '*'
          to: 'review_reports'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'request_payout': {
        Args: { 'amount': number; 'currency': string; 'idempotency_key': string; 'store_id': string }
        Returns: {
          'amount': number
          'attempt': number
          'called_at': string | null
          'created_at': string
          'currency': string
          'failure_code': string | null
          'failure_message': string | null
          'id': string
          'next_attempt_at': string
          'paid_at': string | null
          'provider_payout_id': string | null
          'requested_amount': number
          'requested_by': string | null
          'sent_at': string | null
          'status': 'requested' | 'sent' | 'paid' | 'failed'
          'store_id': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'payouts'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'request_refund': {
        Args: {
          'amount'?: number | null
          'lines'?: Arguments['request_refund']['lines'] | null
          'order_id': string
          'reason'?: string | null
        }
        Returns: {
          'amount': number
          'attempts': number
          'booked_amount': number
          'booking_id': string | null
          'created_at': string
          'currency': string
          'customer_id': string | null
          'decided_at': string | null
          'decided_by': string | null
          'decision_note': string | null
          'failure': string | null
          'id': string
          'is_restocked': boolean
          'next_attempt_at': string
          'order_id': string | null
          'origin': 'customer' | 'store' | 'system' | 'provider' | 'dispute'
          'payment_id': string | null
          'provider_refund_id': string | null
          'reason': string | null
          'requested_by': string | null
          'status': 'requested' | 'approved' | 'rejected' | 'processing' | 'succeeded' | 'failed'
          'store_id': string | null
          'succeeded_at': string | null
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'refunds'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'reschedule_booking': {
        Args: {
          'booking_id': string
          'expected_starts_at'?: string | null
          'staff_id'?: string | null
          'starts_at': string
        }
        Returns: {
          'blocks_until': string | null
          'cancel_fee_bps': number
          'cancel_free_until': string
          'cancel_minutes': number
          'cancel_reason': string | null
          'cancelled_at': string | null
          'cancelled_by': 'customer' | 'store' | 'operator' | 'system' | null
          'checkout_id': string | null
          'commission_amount': number
          'commission_bps': number
          'completed_at': string | null
          'confirmed_at': string | null
          'created_at': string
          'currency': string
          'customer_email': string | null
          'customer_id': string | null
          'customer_name': string | null
          'customer_phone': string | null
          'decide_by': string | null
          'deposit_amount': number
          'due_amount': number
          'ends_at': string
          'hold_expires_at': string | null
          'ics_sequence': number
          'id': string
          'note': string | null
          'paid_amount': number
          'party_size': number
          'price_amount': number
          'reference': string
          'refund_amount': number | null
          'refunded_amount': number
          'refunding_amount': number
          'service_id': string
          'service_name': string
          'session_id': string
          'staff_id': string
          'staff_name': string
          'starts_at': string
          'status':
            | 'held'
            | 'requested'
            | 'confirmed'
            | 'completed'
            | 'no_show'
            | 'cancelled'
            | 'declined'
            | 'expired'
          'store_id': string
          'time_zone': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'bookings'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'reschedule_by_token': {
        Args: {
          'expected_starts_at'?: string | null
          'staff_id'?: string | null
          'starts_at': string
          'token': string
        }
        Returns: Answers['reschedule_by_token']
      }
      'resolve_alert': {
        Args: { 'alert_id': string; 'reason': string }
        Returns: {
          'created_at': string | null
          'data': Json | null
          'id': string | null
          'message': string | null
          'resolution': string | null
          'resolved_at': string | null
          'resolved_by': string | null
          'rule': string | null
        }
        SetofOptions: {
          from: '*'
          to: 'admin_alerts'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'revoke_calendar_feed': { Args: { 'staff_id': string }; Returns: boolean }
      'roll_webhook_secret': { Args: { 'endpoint_id': string }; Returns: Answers['roll_webhook_secret'] }
      'sales_summary': {
        Args: { 'from_date'?: string | null; 'store_id'?: string | null; 'to_date'?: string | null }
        Returns: Answers['sales_summary']
      }
      'save_product': {
        Args: {
          'category'?: string | null
          'description'?: string | null
          'images'?: Arguments['save_product']['images'] | null
          'mrp_amount'?: number | null
          'name'?: string | null
          'options'?: Arguments['save_product']['options'] | null
          'price_amount'?: number | null
          'product_id'?: string | null
          'quantity'?: number | null
          'sku'?: string | null
          'status'?: Arguments['save_product']['status'] | null
          'store_id': string
          'variants'?: Arguments['save_product']['variants'] | null
        }
        Returns: Answers['save_product']
      }
      'save_service': {
        Args: {
          'bookable_until'?: string | null
          'buffer_after_minutes'?: number | null
          'buffer_before_minutes'?: number | null
          'cancel_fee_bps'?: number | null
          'cancel_minutes'?: number | null
          'capacity'?: number | null
          'category'?: string | null
          'deposit_amount'?: number | null
          'description'?: string | null
          'duration_minutes'?: number | null
          'hold_minutes'?: number | null
          'image_paths'?: (string)[] | null
          'max_advance_days'?: number | null
          'max_per_day'?: number | null
          'min_notice_minutes'?: number | null
          'name'?: string | null
          'needs_approval'?: boolean | null
          'party_max'?: number | null
          'price_amount'?: number | null
          'service_id'?: string | null
          'slot_step_minutes'?: number | null
          'staff_ids'?: (string)[] | null
          'status'?: Arguments['save_service']['status'] | null
          'store_id': string
        }
        Returns: {
          'bookable_until': string | null
          'buffer_after_minutes': number
          'buffer_before_minutes': number
          'cancel_fee_bps': number
          'cancel_minutes': number
          'capacity': number
          'category_id': string | null
          'created_at': string
          'currency': string
          'deposit_amount': number
          'description': string
          'duration_minutes': number
          'hold_minutes': number
          'id': string
          'image_paths': (string)[]
          'max_advance_days': number
          'max_per_day': number | null
          'min_notice_minutes': number
          'name': string
          'needs_approval': boolean
          'party_max': number
          'price_amount': number
          'slot_step_minutes': number | null
          'status': 'draft' | 'active' | 'archived'
          'store_id': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'services'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'save_staff': {
        Args: {
          'is_active'?: boolean | null
          'member_id'?: string | null
          'name'?: string | null
          'position'?: number | null
          'staff_id'?: string | null
          'store_id': string
        }
        Returns: {
          'created_at': string
          'id': string
          'is_active': boolean
          'member_id': string | null
          'name': string
          'position': number
          'store_id': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'staff'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'search_products': {
        Args: {
          'category_ids'?: (string)[] | null
          'currency'?: string | null
          'cursor'?: string | null
          'in_stock'?: boolean | null
          'max_price'?: number | null
          'min_price'?: number | null
          'min_rating'?: number | null
          'on_discount'?: boolean | null
          'page_size'?: number
          'query'?: string | null
          'sort'?: Arguments['search_products']['sort'] | null
          'store_id'?: string | null
          'with_facets'?: boolean
        }
        Returns: Answers['search_products']
      }
      'search_services': {
        Args: {
          'category_id'?: string | null
          'cursor'?: string | null
          'free_from'?: string | null
          'free_until'?: string | null
          'max_price'?: number | null
          'min_price'?: number | null
          'page_size'?: number
          'query'?: string | null
          'store_id'?: string | null
        }
        Returns: Answers['search_services']
      }
      'send_message': {
        Args: { 'attachments'?: (string)[]; 'body': string; 'client_id': string; 'conversation_id': string }
        Returns: {
          'attachments': Columns['messages']['attachments']
          'body': string
          'client_id': string
          'conversation_id': string
          'created_at': string
          'deleted_at': string | null
          'deleted_by': string | null
          'edited_at': string | null
          'is_automatic': boolean
          'sender_id': string | null
          'seq': number
          'side': 'customer' | 'store'
          'side_seq': number
        }
        SetofOptions: {
          from: '*'
          to: 'messages'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'service_health': { Args: Record<PropertyKey, never>; Returns: Answers['service_health'] }
      'set_away_message': {
        Args: { 'body'?: string | null; 'store_id': string }
        Returns: Answers['set_away_message']
        SetofOptions: {
          from: '*'
          to: 'away_messages'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'set_cart_quantity': {
        Args: { 'cart_token'?: string | null; 'quantity': number; 'variant_id': string }
        Returns: Answers['set_cart_quantity']
      }
      'set_commission': {
        Args: {
          'bps'?: number | null
          'currency'?: string | null
          'fixed'?: number
          'max'?: number | null
          'min'?: number
          'scope': string
          'scope_id'?: string | null
        }
        Returns: {
          'bps': number
          'category_id': string | null
          'created_at': string
          'currency': string | null
          'fixed_amount': number
          'id': string
          'max_amount': number | null
          'min_amount': number
          'store_id': string | null
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'commission_rules'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'set_notification_preference': {
        Args: {
          'is_enabled': boolean
          'kind': string
          'medium': Arguments['set_notification_preference']['medium']
        }
        Returns: {
          'is_enabled': boolean
          'is_transactional': boolean | null
          'kind': string
          'medium': 'in_app' | 'email' | 'text' | 'push'
          'updated_at': string
          'user_id': string
        }
        SetofOptions: {
          from: '*'
          to: 'notification_preferences'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'set_opening_exception': {
        Args: {
          'hours'?: Arguments['set_opening_exception']['hours'] | null
          'on_date': string
          'staff_id'?: string | null
          'store_id': string
        }
        Returns: {
          'closes': string | null
          'id': string
          'on_date': string
          'opens': string | null
          'staff_id': string | null
          'store_id': string
        }[]
        SetofOptions: {
          from: '*'
          to: 'opening_exceptions'
          isOneToOne: false
          isSetofReturn: true
        }
      }
      'set_opening_hours': {
        Args: {
          'hours': Arguments['set_opening_hours']['hours']
          'staff_id'?: string | null
          'store_id': string
        }
        Returns: {
          'closes': string
          'id': string
          'opens': string
          'staff_id': string | null
          'store_id': string
          'weekday': number
        }[]
        SetofOptions: {
          from: '*'
          to: 'opening_hours'
          isOneToOne: false
          isSetofReturn: true
        }
      }
      'set_product_status': {
        Args: {
          'product_id': string
          'reason'?: string | null
          'status': Arguments['set_product_status']['status']
        }
        Returns: {
          'category_id': string
          'created_at': string
          'currency': string
          'deleted_at': string | null
          'description': string
          'id': string
          'is_best_seller': boolean
          'is_in_stock': boolean
          'is_listed': boolean
          'is_sampled': boolean
          'mrp_amount': number | null
          'name': string
          'price_amount': number | null
          'published_at': string | null
          'rating_average': number | null
          'rating_score': number
          'sales_count': number
          'search': unknown
          'slug': string
          'status': 'draft' | 'active' | 'archived'
          'store_id': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'products'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'set_quiet_hours': {
        Args: { 'ends': string; 'starts': string; 'time_zone': string }
        Returns: {
          'ends': string
          'starts': string
          'time_zone': string
          'updated_at': string
          'user_id': string
        }
        SetofOptions: {
          from: '*'
          to: 'quiet_hours'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'set_stock': {
        Args: { 'expected': number; 'quantity': number; 'variant_id': string }
        Returns: {
          'is_low': boolean
          'low_stock_threshold': number
          'on_hand': number
          'reserved': number
          'store_id': string
          'updated_at': string
          'variant_id': string
        }
        SetofOptions: {
          from: '*'
          to: 'stock_levels'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'set_store_status': {
        Args: {
          'reason'?: string | null
          'status': Arguments['set_store_status']['status']
          'store_id': string
        }
        Returns: {
          'city': string
          'country_code': string
          'created_at': string
          'currency': string
          'description': string
          'email': string | null
          'id': string
          'is_open': boolean
          'is_tax_inclusive': boolean
          'line1': string
          'line2': string | null
          'logo_path': string | null
          'name': string
          'order_prefix': string
          'owner_id': string
          'phone': string | null
          'postal_code': string | null
          'receipt_prefix': string | null
          'region': string | null
          'reminder_hours': (number)[]
          'slug': string
          'status': 'pending' | 'active' | 'suspended' | 'closed'
          'tax_number': string | null
          'tax_rate_bps': number
          'time_zone': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'stores'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'settle_sms': { Args: { 'dedupe_key': string; 'provider_id'?: string | null }; Returns: undefined }
      'settle_webhook': {
        Args: {
          'attempt': number
          'duration_ms': number
          'error': string
          'id': string
          'response_code': number
        }
        Returns: undefined
      }
      'start_conversation': {
        Args: {
          'store_id': string
          'subject_id'?: string | null
          'subject_type'?: Arguments['start_conversation']['subject_type']
        }
        Returns: Answers['start_conversation']
      }
      'store_balance': { Args: { 'store_id': string }; Returns: Answers['store_balance'] }
      'store_statement': {
        Args: {
          'after'?: number | null
          'currency'?: string | null
          'from_date'?: string | null
          'store_id': string
          'to_date'?: string | null
        }
        Returns: Answers['store_statement']
      }
      'submit_dispute_evidence': {
        Args: { 'dispute_id': string; 'evidence': string; 'files'?: (string)[] | null }
        Returns: {
          'author_id': string | null
          'created_at': string
          'dispute_id': string
          'files': (string)[]
          'id': string
          'store_id': string | null
          'text': string
        }
        SetofOptions: {
          from: '*'
          to: 'dispute_evidence'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'submit_review': {
        Args: {
          'body'?: string
          'idempotency_key'?: string | null
          'media'?: (string)[]
          'rating': Arguments['submit_review']['rating']
          'subject_id': string
          'subject_type': Arguments['submit_review']['subject_type']
        }
        Returns: {
          'author_id': string | null
          'author_name': string | null
          'body': string
          'booking_id': string | null
          'created_at': string
          'edited_after_reply': boolean
          'edited_at': string | null
          'helpful_count': number
          'id': string
          'order_line_id': string | null
          'rating': number
          'status': 'visible' | 'hidden'
          'store_id': string
          'subject_id': string
          'subject_type': 'product' | 'store' | 'service'
          'unhelpful_count': number
        }
        SetofOptions: {
          from: '*'
          to: 'reviews'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'subscribe_push': {
        Args: { 'auth': string; 'endpoint': string; 'p256dh': string }
        Returns: {
          'auth': string
          'created_at': string
          'endpoint': string
          'id': string
          'p256dh': string
          'user_id': string
        }
        SetofOptions: {
          from: '*'
          to: 'push_subscriptions'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'suppress_address': {
        Args: { 'address': string; 'provider_id': string; 'reason': string }
        Returns: undefined
      }
      'transfer_store': {
        Args: { 'store_id': string; 'user_id': string }
        Returns: {
          'city': string
          'country_code': string
          'created_at': string
          'currency': string
          'description': string
          'email': string | null
          'id': string
          'is_open': boolean
          'is_tax_inclusive': boolean
          'line1': string
          'line2': string | null
          'logo_path': string | null
          'name': string
          'order_prefix': string
          'owner_id': string
          'phone': string | null
          'postal_code': string | null
          'receipt_prefix': string | null
          'region': string | null
          'reminder_hours': (number)[]
          'slug': string
          'status': 'pending' | 'active' | 'suspended' | 'closed'
          'tax_number': string | null
          'tax_rate_bps': number
          'time_zone': string
          'updated_at': string
        }
        SetofOptions: {
          from: '*'
          to: 'stores'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'unblock_customer': { Args: { 'customer_id': string; 'store_id': string }; Returns: undefined }
      'unblock_store': { Args: { 'store_id': string }; Returns: undefined }
      'unsubscribe': { Args: { 'token': string }; Returns: Answers['unsubscribe'] }
      'update_review': {
        Args: {
          'body'?: string | null
          'media'?: (string)[] | null
          'rating'?: Arguments['update_review']['rating'] | null
          'review_id': string
        }
        Returns: {
          'author_id': string | null
          'author_name': string | null
          'body': string
          'booking_id': string | null
          'created_at': string
          'edited_after_reply': boolean
          'edited_at': string | null
          'helpful_count': number
          'id': string
          'order_line_id': string | null
          'rating': number
          'status': 'visible' | 'hidden'
          'store_id': string
          'subject_id': string
          'subject_type': 'product' | 'store' | 'service'
          'unhelpful_count': number
        }
        SetofOptions: {
          from: '*'
          to: 'reviews'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'update_webhook_endpoint': {
        Args: {
          'endpoint_id': string
          'events'?: Arguments['update_webhook_endpoint']['events'] | null
          'is_enabled'?: boolean | null
          'url'?: string | null
        }
        Returns: {
          'created_at': string
          'disabled_at': string | null
          'disabled_reason': string | null
          'events': (string)[]
          'failing_since': string | null
          'id': string
          'old_secret_expires_at': string | null
          'secret_version': number
          'store_id': string | null
          'updated_at': string
          'url': string
        }
        SetofOptions: {
          from: '*'
          to: 'webhook_endpoints'
          isOneToOne: true
          isSetofReturn: false
        }
      }
      'vote_review': {
        Args: { 'review_id': string; 'value': Arguments['vote_review']['value'] }
        Returns: {
          'author_id': string | null
          'author_name': string | null
          'body': string
          'booking_id': string | null
          'created_at': string
          'edited_after_reply': boolean
          'edited_at': string | null
          'helpful_count': number
          'id': string
          'order_line_id': string | null
          'rating': number
          'status': 'visible' | 'hidden'
          'store_id': string
          'subject_id': string
          'subject_type': 'product' | 'store' | 'service'
          'unhelpful_count': number
        }
        SetofOptions: {
          from: '*'
          to: 'reviews'
          isOneToOne: true
          isSetofReturn: false
        }
      }
    }
    Enums: {
      [_ in never]: never
    }
    CompositeTypes: {
      'available_day': {
        'local_date': string | null
        'slots': number | null
      }
      'available_slot': {
        'starts_at': string | null
        'ends_at': string | null
        'staff_id': string | null
        'staff_name': string | null
        'remaining': number | null
        'local_date': string | null
      }
    }
  }
}

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, 'public'>]

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema['Tables'] & DefaultSchema['Views'])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  } ? keyof (
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
      & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views']
    )
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals } ? (
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    & DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views']
  )[TableName] extends {
    Row: infer R
  } ? R
  : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema['Tables'] & DefaultSchema['Views'])
    ? (DefaultSchema['Tables'] & DefaultSchema['Views'])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R
    } ? R
    : never
  : never

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema['Tables']
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
    Insert: infer I
  } ? I
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I
    } ? I
    : never
  : never

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema['Tables']
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  } ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
    Update: infer U
  } ? U
  : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U
    } ? U
    : never
  : never

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema['Enums']
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  } ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums']
    : never = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums'][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema['Enums']
    ? DefaultSchema['Enums'][DefaultSchemaEnumNameOrOptions]
  : never

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema['CompositeTypes']
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  } ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes']
    : never = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes'][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema['CompositeTypes']
    ? DefaultSchema['CompositeTypes'][PublicCompositeTypeNameOrOptions]
  : never

export const Constants = {
  'public': {
    Enums: {},
  },
} as const
