"""stub"""
import click
@click.command(name="diff")
def diff() -> None:
    """x"""
