-- +goose Up

-- Numbers that count up over all components.
create table counters (
    name text not null primary key,
    next bigint not null
);
insert into counters (name, next) values ('audit', 400000001);

create table code_states (
    component_appid  text not null references components (appid) on delete cascade,
    authorizer_appid text not null,
    state            text not null, -- JSON
    primary key (component_appid, authorizer_appid)
);

create table audits (
    id               bigint not null primary key,
    component_appid  text not null references components (appid) on delete cascade,
    authorizer_appid text not null,
    state            text not null,
    submitted_at     bigint not null,
    decided_at       bigint,
    due_at           bigint,
    details          text not null -- JSON
);
create index audits_merchant on audits (component_appid, authorizer_appid, id);
create index audits_state on audits (component_appid, state, id);
create index audits_due on audits (due_at, id) where due_at is not null;

create table audit_media (
    component_appid  text not null references components (appid) on delete cascade,
    authorizer_appid text not null,
    id               text not null,
    type             text not null,
    size             bigint not null,
    expires_at       bigint not null,
    content          bytea not null,
    primary key (component_appid, authorizer_appid, id)
);

create table audit_quotas (
    component_appid text not null references components (appid) on delete cascade,
    month           text not null,
    submits         bigint not null,
    speedups        bigint not null,
    primary key (component_appid, month)
);

-- What merchants have set around their code.
create table merchant_settings (
    component_appid  text not null references components (appid) on delete cascade,
    authorizer_appid text not null,
    settings         text not null, -- JSON
    primary key (component_appid, authorizer_appid)
);
