from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0008_what_lists_are_of"),
    ]

    operations = [
        migrations.AlterField(
            model_name="photohash",
            name="form",
            field=models.CharField(
                choices=[
                    ("whole", "the whole picture"),
                    ("framed", "the picture without the print's border"),
                    ("moved", "the picture as its giver moved the border"),
                ],
                max_length=6,
            ),
        ),
    ]
