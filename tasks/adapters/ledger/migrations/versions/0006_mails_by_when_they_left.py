"""mails found by what they are for and when they were queued or left"""

from alembic import op



revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_outbox_purpose_queued', 'outbox', ['purpose', 'queued'])
    op.create_index('ix_outbox_purpose_sent', 'outbox', ['purpose', 'sent'])
    op.create_index('ix_outbox_tried', 'outbox', ['tried'])


def downgrade() -> None:
    op.drop_index('ix_outbox_tried', 'outbox')
    op.drop_index('ix_outbox_purpose_sent', 'outbox')
    op.drop_index('ix_outbox_purpose_queued', 'outbox')
