-- +goose Up

-- One row: what belongs to no component.
create table shared (
    id              smallint primary key check (id = 1),
    rev             bigint not null,
    clock_offset    bigint not null, -- milliseconds
    clock_frozen_at bigint
);
insert into shared (id, rev, clock_offset) values (1, 0, 0);

create table components (
    appid            text not null primary key,
    name             text not null,
    secret           text not null,
    token            text not null,
    encoding_aes_key text not null,
    event_url        text not null,
    message_url      text not null,
    ip_allowlist     text not null, -- JSON
    settings         text not null, -- JSON
    created_at       bigint not null,
    next_draft_id    bigint not null,
    next_template_id bigint not null,
    rev              bigint not null
);

-- Every appid that has one owner: components (kind 1) and development mini
-- programs (kind 2). Its key keeps two components from sharing one.
create table appids (
    appid           text not null primary key,
    kind            smallint not null,
    component_appid text not null
);
create index appids_component on appids (component_appid);

create table dev_miniprograms (
    component_appid text not null references components (appid) on delete cascade,
    appid           text not null,
    name            text not null,
    upload_key_pem  text not null,
    upload_ips      text not null, -- JSON
    created_at      bigint not null,
    primary key (component_appid, appid)
);

create table packages (
    digest      text not null primary key,
    stored_size bigint not null,
    created_at  bigint not null,
    description text not null, -- JSON
    file        text not null  -- its name beside the database; empty: the content is in package_chunks
);

create table package_chunks (
    digest text not null references packages (digest) on delete cascade,
    seq    bigint not null,
    data   bytea not null,
    primary key (digest, seq)
);

create table drafts (
    component_appid text not null references components (appid) on delete cascade,
    id              bigint not null,
    slot            text not null,
    source_appid    text not null,
    user_version    text not null,
    user_desc       text not null,
    developer       text not null,
    create_time     bigint not null,
    digest          text not null constraint drafts_package references packages (digest),
    primary key (component_appid, id),
    foreign key (component_appid, source_appid) references dev_miniprograms (component_appid, appid) on delete cascade
);
create unique index drafts_slot on drafts (component_appid, slot);
create index drafts_source on drafts (component_appid, source_appid);
create index drafts_digest on drafts (digest);

create table templates (
    component_appid text not null references components (appid) on delete cascade,
    id              bigint not null,
    place           bigint not null,
    draft_id        bigint not null,
    type            smallint not null,
    source_appid    text not null,
    source_name     text not null,
    user_version    text not null,
    user_desc       text not null,
    developer       text not null,
    create_time     bigint not null,
    digest          text not null constraint templates_package references packages (digest),
    primary key (component_appid, id)
);
create unique index templates_place on templates (component_appid, place);
create index templates_digest on templates (digest);

create table tickets (
    component_appid text not null references components (appid) on delete cascade,
    value           text not null,
    seq             bigint not null, -- order of issue
    issued_at       bigint not null,
    pushed_at       bigint not null,
    primary key (component_appid, value)
);

create table tokens (
    hash              bytea not null primary key,
    component_appid   text not null,
    kind              text not null,
    authorizer_appid  text not null,
    hint              text not null,
    origin            text not null,
    issued_to         text not null,
    issued_rid        text not null,
    issued_at         bigint not null,
    expires_at        bigint not null,
    superseded_at     bigint,
    superseded_by     text not null,
    superseded_by_rid text not null,
    grace_ends_at     bigint
);
create index tokens_latest on tokens (component_appid, kind, authorizer_appid, superseded_at);
create index tokens_expiry on tokens (component_appid, expires_at);

create table authorizers (
    component_appid text not null references components (appid) on delete cascade,
    appid           text not null,
    nick_name       text not null,
    authorized      smallint not null,
    refresh_token   text not null,
    created_at      bigint not null,
    primary key (component_appid, appid)
);
create index authorizers_appid on authorizers (appid);

create table seeded (
    component_appid text not null,
    key             text not null,
    primary key (component_appid, key)
);

create table upload_nonces (
    component_appid text not null references components (appid) on delete cascade,
    appid           text not null,
    value           text not null,
    expires_at      bigint not null,
    primary key (component_appid, appid, value)
);
create index upload_nonces_expiry on upload_nonces (expires_at);

create table dev_versions (
    component_appid text not null references components (appid) on delete cascade,
    appid           text not null,
    user_version    text not null,
    user_desc       text not null,
    developer       text not null,
    create_time     bigint not null,
    path            text not null,
    digest          text not null constraint dev_versions_package references packages (digest),
    primary key (component_appid, appid)
);
create index dev_versions_digest on dev_versions (digest);

create table pending_versions (
    component_appid  text not null references components (appid) on delete cascade,
    authorizer_appid text not null,
    source_appid     text not null,
    user_version     text not null,
    user_desc        text not null,
    developer        text not null,
    create_time      bigint not null,
    ext_json         text not null,
    digest           text not null constraint pending_versions_package references packages (digest),
    primary key (component_appid, authorizer_appid)
);
create index pending_versions_digest on pending_versions (digest);
