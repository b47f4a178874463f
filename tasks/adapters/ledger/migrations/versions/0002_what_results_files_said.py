"""what results files said: defects and matched headings"""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('score_file') as table:
        table.add_column(sa.Column('findings', sa.Text(), server_default='[]', nullable=False))
        table.add_column(sa.Column('headings', sa.Text(), server_default='{}', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('score_file') as table:
        table.drop_column('headings')
        table.drop_column('findings')
