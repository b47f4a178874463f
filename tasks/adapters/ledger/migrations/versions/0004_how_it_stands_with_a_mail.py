"""what the next run must know of an unsent mail, no longer read out of the words for people"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

_WORDS = {
    'put off': 'aplazado por el servidor',
    'next hour': 'espera su turno',
    'repeated': 'respuesta perdida; se envía',
    'released': 'liberado por el operador',
}


def upgrade() -> None:
    with op.batch_alter_table('outbox') as table:
        table.add_column(sa.Column('standing', sa.String(12), nullable=False, server_default=''))
    outbox = sa.table('outbox', sa.column('standing', sa.String), sa.column('detail', sa.Text))
    for standing, words in _WORDS.items():
        op.execute(sa.update(outbox).where(outbox.c.detail.startswith(words)).values(standing=standing))


def downgrade() -> None:
    with op.batch_alter_table('outbox') as table:
        table.drop_column('standing')
