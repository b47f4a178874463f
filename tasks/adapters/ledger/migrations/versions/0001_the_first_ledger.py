"""the first ledger"""

import sqlalchemy as sa
from alembic import op


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    
    op.create_table('counter',
    sa.Column('series', sa.String(length=30), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('series', 'year', name=op.f('pk_counter'))
    )
    op.create_table('cursor',
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_cursor'))
    )
    op.create_table('entity',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('municipality', sa.String(length=5), nullable=False),
    sa.Column('type', sa.String(length=20), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entity')),
    sa.UniqueConstraint('municipality', 'type', 'name', name=op.f('uq_entity_municipality_type_name'))
    )
    op.create_table('flow_run',
    sa.Column('flow', sa.String(length=30), nullable=False),
    sa.Column('succeeded', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failed', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=False),
    sa.Column('counts', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('flow', name=op.f('pk_flow_run'))
    )
    op.create_table('outbox',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=300), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('queued', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent', sa.DateTime(timezone=True), nullable=True),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('key', name=op.f('uq_outbox_key'))
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_outbox_message_id'), ['message_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_outbox_state'), ['state'], unique=False)

    op.create_table('person',
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('document', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_person'))
    )
    op.create_table('score_file',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('vigencias', sa.Text(), nullable=False),
    sa.Column('loaded', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('announced', sa.Boolean(), nullable=False),
    sa.Column('reported', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_score_file')),
    sa.UniqueConstraint('position', name=op.f('uq_score_file_position'))
    )
    op.create_table('session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('mode', sa.String(length=12), nullable=False),
    sa.Column('leader', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session')),
    sa.UniqueConstraint('day', 'mode', 'leader', name=op.f('uq_session_day_mode_leader'))
    )
    op.create_table('sheet_shadow',
    sa.Column('sheet', sa.String(length=200), nullable=False),
    sa.Column('tab', sa.String(length=60), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('header', sa.String(length=120), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('sheet', 'tab', 'key', 'header', name=op.f('pk_sheet_shadow'))
    )
    op.create_table('token',
    sa.Column('token', sa.String(length=40), nullable=False),
    sa.Column('person', sa.Text(), nullable=False),
    sa.Column('cases', sa.Text(), nullable=False),
    sa.Column('expires', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('token', name=op.f('pk_token'))
    )
    op.create_table('request',
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('received', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('requester', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('entity', sa.Integer(), nullable=False),
    sa.Column('incoming_ref', sa.Text(), nullable=False),
    sa.Column('acknowledged', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['entity'], ['entity.id'], name=op.f('fk_request_entity_entity')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_request'))
    )
    with op.batch_alter_table('request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_request_acknowledged'), ['acknowledged'], unique=False)

    op.create_table('score',
    sa.Column('file', sa.String(length=64), nullable=False),
    sa.Column('dane_code', sa.String(length=5), nullable=False),
    sa.Column('policy', sa.String(length=60), nullable=False),
    sa.Column('vigencia', sa.Integer(), nullable=False),
    sa.Column('score', sa.Float(), nullable=True),
    sa.Column('peer_group', sa.Text(), nullable=False),
    sa.Column('published', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['file'], ['score_file.sha256'], name=op.f('fk_score_file_score_file')),
    sa.PrimaryKeyConstraint('file', 'dane_code', 'policy', 'vigencia', name=op.f('pk_score'))
    )
    op.create_table('case_file',
    sa.Column('number', sa.String(length=20), nullable=False),
    sa.Column('request', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=30), nullable=False),
    sa.Column('policy', sa.String(length=60), nullable=True),
    sa.Column('municipality', sa.String(length=5), nullable=True),
    sa.Column('officer', sa.Text(), nullable=True),
    sa.Column('document', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['request'], ['request.number'], name=op.f('fk_case_file_request_request')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_case_file'))
    )
    with op.batch_alter_table('case_file', schema=None) as batch_op:
        batch_op.create_index('ix_case_file_officer_state', ['officer', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_file_request'), ['request'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_file_state'), ['state'], unique=False)

    op.create_table('letter',
    sa.Column('number', sa.String(length=30), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('request', sa.String(length=20), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['request'], ['request.number'], name=op.f('fk_letter_request_request')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_letter'))
    )
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letter_request'), ['request'], unique=False)
        batch_op.create_index(batch_op.f('ix_letter_state'), ['state'], unique=False)

    op.create_table('message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('content_key', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('received', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sender', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('suggestion', sa.Text(), nullable=False),
    sa.Column('request', sa.String(length=20), nullable=True),
    sa.Column('mailbox', sa.String(length=200), nullable=False),
    sa.Column('generation', sa.String(length=60), nullable=False),
    sa.Column('uid', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['request'], ['request.number'], name=op.f('fk_message_request_request')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message'))
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_content_key'), ['content_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_message_message_id'), ['message_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_message_outcome'), ['outcome'], unique=False)
        batch_op.create_index(batch_op.f('ix_message_received'), ['received'], unique=False)
        batch_op.create_index(batch_op.f('ix_message_sha256'), ['sha256'], unique=False)

    op.create_table('attendance',
    sa.Column('session', sa.Integer(), nullable=False),
    sa.Column('case', sa.String(length=20), nullable=False),
    sa.Column('people', sa.Text(), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['case'], ['case_file.number'], name=op.f('fk_attendance_case_case_file')),
    sa.ForeignKeyConstraint(['session'], ['session.id'], name=op.f('fk_attendance_session_session')),
    sa.PrimaryKeyConstraint('session', 'case', name=op.f('pk_attendance'))
    )
    op.create_table('case_event',
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('case', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('changes', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['case'], ['case_file.number'], name=op.f('fk_case_event_case_case_file'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_case_event'))
    )
    with op.batch_alter_table('case_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_case_event_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_case_event_case'), ['case'], unique=False)

    op.create_table('label',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case', sa.String(length=20), nullable=False),
    sa.Column('field', sa.String(length=30), nullable=False),
    sa.Column('before', sa.Text(), nullable=False),
    sa.Column('after', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['case'], ['case_file.number'], name=op.f('fk_label_case_case_file')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_label'))
    )
    with op.batch_alter_table('label', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_label_case'), ['case'], unique=False)

    op.create_table('letter_case',
    sa.Column('letter', sa.String(length=30), nullable=False),
    sa.Column('case', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['case'], ['case_file.number'], name=op.f('fk_letter_case_case_case_file')),
    sa.ForeignKeyConstraint(['letter'], ['letter.number'], name=op.f('fk_letter_case_letter_letter')),
    sa.PrimaryKeyConstraint('letter', 'case', name=op.f('pk_letter_case'))
    )
    with op.batch_alter_table('letter_case', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_letter_case_case'), ['case'], unique=False)

    op.create_table('message_case',
    sa.Column('message', sa.Integer(), nullable=False),
    sa.Column('case', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['case'], ['case_file.number'], name=op.f('fk_message_case_case_case_file')),
    sa.ForeignKeyConstraint(['message'], ['message.id'], name=op.f('fk_message_case_message_message')),
    sa.PrimaryKeyConstraint('message', 'case', name=op.f('pk_message_case'))
    )
    with op.batch_alter_table('message_case', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_case_case'), ['case'], unique=False)

    op.create_table('message_place',
    sa.Column('mailbox', sa.String(length=200), nullable=False),
    sa.Column('generation', sa.String(length=60), nullable=False),
    sa.Column('uid', sa.String(length=300), nullable=False),
    sa.Column('message', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['message'], ['message.id'], name=op.f('fk_message_place_message_message')),
    sa.PrimaryKeyConstraint('mailbox', 'generation', 'uid', name=op.f('pk_message_place'))
    )
    with op.batch_alter_table('message_place', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_place_message'), ['message'], unique=False)

    


def downgrade() -> None:
    
    with op.batch_alter_table('message_place', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_message_place_message'))

    op.drop_table('message_place')
    with op.batch_alter_table('message_case', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_message_case_case'))

    op.drop_table('message_case')
    with op.batch_alter_table('letter_case', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_letter_case_case'))

    op.drop_table('letter_case')
    with op.batch_alter_table('label', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_label_case'))

    op.drop_table('label')
    with op.batch_alter_table('case_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_event_case'))
        batch_op.drop_index(batch_op.f('ix_case_event_at'))

    op.drop_table('case_event')
    op.drop_table('attendance')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_message_sha256'))
        batch_op.drop_index(batch_op.f('ix_message_received'))
        batch_op.drop_index(batch_op.f('ix_message_outcome'))
        batch_op.drop_index(batch_op.f('ix_message_message_id'))
        batch_op.drop_index(batch_op.f('ix_message_content_key'))

    op.drop_table('message')
    with op.batch_alter_table('letter', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_letter_state'))
        batch_op.drop_index(batch_op.f('ix_letter_request'))

    op.drop_table('letter')
    with op.batch_alter_table('case_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_case_file_state'))
        batch_op.drop_index(batch_op.f('ix_case_file_request'))
        batch_op.drop_index('ix_case_file_officer_state')

    op.drop_table('case_file')
    op.drop_table('score')
    with op.batch_alter_table('request', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_request_acknowledged'))

    op.drop_table('request')
    op.drop_table('token')
    op.drop_table('sheet_shadow')
    op.drop_table('session')
    op.drop_table('score_file')
    op.drop_table('person')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_outbox_state'))
        batch_op.drop_index(batch_op.f('ix_outbox_message_id'))

    op.drop_table('outbox')
    op.drop_table('flow_run')
    op.drop_table('entity')
    op.drop_table('cursor')
    op.drop_table('counter')
    
