"""requests found by who asked, whatever the case of the address"""

import sqlalchemy as sa
from alembic import op



revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_request_email', 'request', [sa.text('lower(email)')])


def downgrade() -> None:
    op.drop_index('ix_request_email', 'request')
